// SPDX-License-Identifier: GPL-3.0-or-later
#include "bannerstack.h"

#include "parts/banner.h"
#include "text/format.h"
#include "text/sourcetext.h"

#include <QVBoxLayout>

#include <algorithm>
#include <utility>

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

Banner* BannerStack::addBanner(const QString& name)
{
    auto* banner = new Banner(this);
    banner->setObjectName(u"banner:"_s + name);
    m_column->addWidget(banner);
    connect(banner, &Banner::actionWanted, this, [this, name] {
        const auto source = std::ranges::find(m_sources, name, &SourceHealth::name);
        if (source != m_sources.cend())
            emit passwordWanted(*source);
    });
    return banner;
}

void BannerStack::offerPasswords(std::function<bool(const SourceHealth&)> canAsk)
{
    m_canAsk = std::move(canAsk);
}

void BannerStack::show(const QList<SourceHealth>& sources, TimePoint now)
{
    m_sources = sources;
    for (const SourceHealth& source : sources) {
        Banner*& banner = m_banners[source.name];
        if (source.error && !banner)
            banner = addBanner(source.name);
        if (!banner)
            continue;
        if (source.error) {
            Banner::Content content = contentOf(source, now);
            if (m_canAsk && m_canAsk(source))
                content.action = tr("Enter password…");
            banner->show(content);
        }
        banner->setVisible(source.error.has_value());
    }
}

} // namespace outboard
