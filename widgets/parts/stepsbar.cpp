// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/stepsbar.h"

#include "parts/badge.h"
#include "text/format.h"

#include <QHBoxLayout>

#include <algorithm>

namespace outboard {

namespace {

/// The sizes of all steps, the rest as the last one.
QList<qint64> sizes(const QList<qint64>& steps, qint64 total)
{
    QList<qint64> result;
    for (const qint64 step : steps) {
        if (step < 1 || total <= 0)
            continue;
        result.append(std::min(step, total));
        total -= step;
    }
    if (total > 0)
        result.append(total);
    return result;
}

} // namespace

StepsBar::StepsBar(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
{
    m_layout->setContentsMargins({});
    m_layout->setSpacing(4);
    m_layout->addStretch();
    setAccessibleName(tr("Canary steps"));
}

void StepsBar::show(const QList<qint64>& steps, qint64 done, qint64 total)
{
    const QList<qint64> all = sizes(steps, total);
    while (m_badges.size() < all.size()) {
        m_badges.append(new Badge(this));
        m_layout->insertWidget(int(m_badges.size()) - 1, m_badges.last());
    }
    qint64 before = 0;
    for (qsizetype i = 0; i < m_badges.size(); ++i) {
        const bool isThere = i < all.size() && all.size() > 1;
        const qint64 size = isThere ? all[i] : 0;
        const bool isDone = before + size <= done;
        const bool isCurrent = !isDone && before <= done;
        const Tone tone = isDone ? Tone::Good : isCurrent ? Tone::Accent : Tone::Neutral;
        m_badges[i]->show(isThere ? format::number(size) : QString(), tone);
        before += size;
    }
    const Position at = position(steps, done, total);
    setAccessibleDescription(tr("Step %1 of %2").arg(at.step).arg(at.steps));
}

StepsBar::Position StepsBar::position(const QList<qint64>& steps, qint64 done, qint64 total)
{
    const QList<qint64> all = sizes(steps, total);
    Position at;
    at.steps = std::max(1, int(all.size()));
    qint64 before = 0;
    for (qsizetype i = 0; i < all.size(); ++i) {
        before += all[i];
        at.step = int(i) + 1;
        at.left = before - done;
        if (done < before)
            break;
    }
    at.left = std::max<qint64>(0, at.left);
    return at;
}

} // namespace outboard
