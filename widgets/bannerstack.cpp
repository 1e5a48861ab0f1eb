// SPDX-License-Identifier: GPL-3.0-or-later
#include "bannerstack.h"

#include "parts/banner.h"
#include "text/format.h"
#include "text/sourcetext.h"

#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Banner::Content contentOf(const SourceHealth& source, TimePoint now)
{
    Banner::Content content;
    content.title = sourceTitle(source.name) + u' ' + troubleWord(source.error->kind);
    if (source.failingSince) {
        const auto elapsed = std::chrono::floor<std::chrono::seconds>(now - *source.failingSince);
        content.title = BannerStack::tr("%1 since %2 (%3)")
                            .arg(
                                content.title,
                                format::time(source.failingSince, now),
                                format::duration(Milliseconds(elapsed)));
    }
    content.text = source.error->what;
    content.side = nextTryText(source, now);
    content.detail = format::oneLine(source.error->detail, 400);
    return content;
}

} // namespace

BannerStack::BannerStack(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    setObjectName(u"banners"_s);
    m_column->setContentsMargins({});
    m_column->setSpacing(0);
}

void BannerStack::show(const QList<SourceHealth>& sources, TimePoint now)
{
    for (const SourceHealth& source : sources) {
        Banner*& banner = m_banners[source.name];
        if (source.error && !banner) {
            banner = new Banner(this);
            banner->setObjectName(u"banner:"_s + source.name);
            m_column->addWidget(banner);
        }
        if (!banner)
            continue;
        if (source.error)
            banner->show(contentOf(source, now));
        banner->setVisible(source.error.has_value());
    }
}

} // namespace outboard
