// SPDX-License-Identifier: GPL-3.0-or-later
#include "refreshcontrol.h"

#include "parts/icons.h"
#include "services/poller.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSettings>
#include <QToolButton>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int off = 0;
constexpr int secondsAtFirst = 2;
const auto settingsKey = u"window/refreshSeconds"_s;

} // namespace

RefreshControl::RefreshControl(Poller& poller, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_poller(poller)
    , m_settings(settings)
    , m_interval(new QComboBox(this))
{
    m_interval->setObjectName(u"refreshInterval"_s);
    m_interval->setAccessibleName(tr("Refresh interval"));
    m_interval->setToolTip(
        tr("How often the servers are asked. Pauses while the window is hidden."));
    m_interval->addItem(tr("Off"), off);
    for (const int seconds : {1, 2, 5, 10, 30})
        m_interval->addItem(tr("Every %1 s").arg(seconds), seconds);
    auto* now = new QToolButton(this);
    now->setObjectName(u"refreshNow"_s);
    now->setAccessibleName(tr("Refresh now"));
    now->setToolTip(tr("Refresh now (F5)"));
    now->setIcon(icon(u"refresh"_s));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(2);
    row->addWidget(now);
    row->addWidget(m_interval);

    const int remembered =
        m_interval->findData(m_settings->value(settingsKey, secondsAtFirst).toInt());
    choose(remembered < 0 ? m_interval->findData(secondsAtFirst) : remembered);
    follow();
    connect(now, &QToolButton::clicked, &m_poller, &Poller::pollNow);
    connect(m_interval, &QComboBox::activated, this, &RefreshControl::choose);
    connect(&m_poller, &Poller::intervalChanged, this, &RefreshControl::follow);
}

void RefreshControl::choose(int index)
{
    const int seconds = m_interval->itemData(index).toInt();
    m_settings->setValue(settingsKey, seconds);
    if (seconds == off)
        m_poller.setInterval(std::nullopt);
    else
        m_poller.setInterval(std::chrono::seconds(seconds));
}

void RefreshControl::follow()
{
    const auto interval = m_poller.interval();
    const int seconds =
        interval ? int(std::chrono::duration_cast<std::chrono::seconds>(*interval).count()) : off;
    m_interval->setCurrentIndex(m_interval->findData(seconds));
}

} // namespace outboard
