// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/environmentband.h"

#include "text/format.h"
#include "theme.h"

#include <QCoreApplication>
#include <QPainter>

namespace outboard {

using namespace Qt::StringLiterals;

EnvironmentBand::EnvironmentBand(const Profile& profile, QWidget* parent)
    : QWidget(parent)
    , m_name(format::oneLine(profile.name, 60))
    , m_environment(profile.environment)
{
    setObjectName(u"environmentBand"_s);
    setAccessibleName(
        tr("Profile %1, environment %2").arg(m_name, environmentTitle(m_environment)));
    setToolTip(accessibleName());
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize EnvironmentBand::sizeHint() const
{
    return {184, 52};
}

void EnvironmentBand::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.band(m_environment));
    painter.setPen(theme.bandText(m_environment));
    QFont small = font();
    small.setPixelSize(11);
    small.setWeight(QFont::DemiBold);
    small.setLetterSpacing(QFont::AbsoluteSpacing, 0.8);
    painter.setFont(small);
    const QRect text = rect().adjusted(16, 8, -8, -8);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop, environmentTitle(m_environment).toUpper());
    QFont strong = font();
    strong.setPixelSize(15);
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.drawText(
        text,
        Qt::AlignLeft | Qt::AlignBottom,
        painter.fontMetrics().elidedText(m_name, Qt::ElideMiddle, text.width()));
}

QString environmentTitle(Environment environment)
{
    switch (environment) {
    case Environment::Sandbox: return QCoreApplication::translate("outboard", "Sandbox");
    case Environment::Development: return QCoreApplication::translate("outboard", "Development");
    case Environment::Staging: return QCoreApplication::translate("outboard", "Staging");
    case Environment::Production: return QCoreApplication::translate("outboard", "Production");
    }
    return {};
}

} // namespace outboard
