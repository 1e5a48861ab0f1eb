// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/keyorder.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

QByteArray KeyOrder::tokenOf(const Event& event)
{
    return event.key ? "k" + *event.key : "e" + event.id.bytes();
}

void KeyOrder::note(const ReplayItem& item)
{
    const bool isInDoubt = item.kind == OutcomeKind::InDoubt;
    const bool wasNotApplied = item.kind == OutcomeKind::Failed || item.kind == OutcomeKind::NotRun;
    // A copy of an event that failed is tried on its own; one that may have run is not.
    if (!isInDoubt && !(wasNotApplied && item.event.key))
        return;
    const QByteArray token = tokenOf(item.event);
    if (!m_obstacles.contains(token))
        m_obstacles.insert(token, {item.event.id, item.kind});
}

QString KeyOrder::heldBackBecause(const Event& event) const
{
    const auto found = m_obstacles.constFind(tokenOf(event));
    if (found == m_obstacles.constEnd())
        return {};
    const QString id = format::oneLine(found->id.bytes());
    if (found->id == event.id) {
        return QCoreApplication::translate(
            "outboard", "Not run: another copy of this event failed or is in doubt.");
    }
    const QString key = format::oneLine(event.key.value_or(QByteArray()));
    if (found->kind == OutcomeKind::InDoubt) {
        return QCoreApplication::translate(
                   "outboard",
                   "Not run: event %1 of the same key %2 comes before it and is in doubt.")
            .arg(id, key);
    }
    if (found->kind == OutcomeKind::Failed) {
        return QCoreApplication::translate(
                   "outboard", "Not run: event %1 of the same key %2 comes before it and failed.")
            .arg(id, key);
    }
    return QCoreApplication::translate(
               "outboard", "Not run: event %1 of the same key %2 comes before it and did not run.")
        .arg(id, key);
}

} // namespace outboard
