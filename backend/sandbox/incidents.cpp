// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/incidents.h"

#include "sandbox/sandboxoptions.h"
#include "sandbox/traffic.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Deploy = TrafficSwitches::Deploy;

/// Paid orders that are sold at once, so that there is something to trim.
constexpr qint64 burstBeforeTrim = 200;
/// A sixteenth of a second: fewer rows a second than the shop makes.
constexpr qint64 slowMarkMs = 62;

void crashConsumer(TrafficSwitches& switches, qint64 heldEntries)
{
    switches.isCrashDone = false;
    switches.isConsumerCrashed = true;
    // It can hold only what there is.
    switches.burstOrders += heldEntries;
}

void sellPoison(TrafficSwitches& switches, qint64 events)
{
    switches.deploy = Deploy::Strict;
    switches.poisonOrders += events;
}

void trimStreams(TrafficSwitches& switches, qint64 paidOrders)
{
    switches.isEmailStopped = true;
    switches.trimsStreams = true;
    switches.burstOrders += paidOrders;
}

void endTrimming(TrafficSwitches& switches)
{
    switches.trimsStreams = false;
    switches.isEmailStopped = false;
}

} // namespace

Incidents::Incidents(Traffic& traffic, const SandboxOptions& options, QObject* parent)
    : QObject(parent)
    , m_traffic(traffic)
    , m_all{
          {u"relay-stopped"_s,
           tr("Relay stopped"),
           tr("The shop's relay stops: orders go on, and the backlog grows until somebody relays."),
           [](TrafficSwitches& switches, qint64) { switches.isRelayStopped = true; },
           [](TrafficSwitches& switches) { switches.isRelayStopped = false; },
           0},
          {u"consumer-crashed"_s,
           tr("Consumer crashed"),
           tr("One of billing's consumers reads entries and dies: they stay pending with nobody to "
              "handle them, and become stuck."),
           crashConsumer,
           [](TrafficSwitches& switches) { switches.isConsumerCrashed = false; },
           options.heldEntries},
          {u"poison"_s,
           tr("Poison event"),
           tr("A producer writes amounts that billing cannot read: these events fail at every "
              "delivery and stay pending. Ending the incident deploys the fix to billing."),
           sellPoison,
           [](TrafficSwitches& switches) { switches.deploy = Deploy::Tolerant; },
           options.poisonEvents},
          {u"duplicate"_s,
           tr("Duplicate delivery"),
           tr("The relay dies between appending to the streams and marking the rows: the same "
              "events "
              "are in the streams twice, and only the ledgers keep them from being handled twice."),
           [](TrafficSwitches& switches, qint64) { switches.relayLosesMarks = true; },
           [](TrafficSwitches& switches) { switches.relayLosesMarks = false; },
           0},
          {u"stream-trimmed"_s,
           tr("Stream trimmed too early"),
           tr("email's consumers stand still, and a deploy lets the relay keep only 50 entries in "
              "each stream: what email has not read is trimmed away."),
           trimStreams,
           endTrimming,
           burstBeforeTrim},
          {u"ledger-pruned"_s,
           tr("Ledger pruned"),
           tr("A retention job deletes from billing's ledger what is 20 s old: it no longer "
              "keeps old events from being handled twice. Ending the incident restores a backup."),
           [](TrafficSwitches& switches, qint64) { switches.prunesLedger = true; },
           [](TrafficSwitches& switches) { switches.prunesLedger = false; },
           0},
          {u"slow-database"_s,
           tr("Slow database"),
           tr("Marking a row as published takes long, as if the disk were full of other work: the "
              "relay gets slower than the orders come in."),
           [](TrafficSwitches& switches, qint64 ms) { switches.markDelayMs = int(ms); },
           [](TrafficSwitches& switches) { switches.markDelayMs = 0; },
           slowMarkMs},
          {u"head-row-blocked"_s,
           tr("Head row blocked"),
           tr("Somebody forgot a transaction that holds a lock on the oldest waiting row: the "
              "relay passes it by, and it waits for ever."),
           [](TrafficSwitches& switches, qint64) { switches.blocksHeadRow = true; },
           [](TrafficSwitches& switches) { switches.blocksHeadRow = false; },
           0},
          {u"redis-restarted"_s,
           tr("Redis restarted without persistence"),
           tr("Redis dies with %1 relayed events that nobody has read, and starts again empty: the "
              "outbox says published, but no consumer ever gets them.")
               .arg(options.lostEvents),
           [](TrafficSwitches& switches, qint64 events) { switches.eventsToLose = events; },
           [](TrafficSwitches& switches) { switches.eventsToLose = 0; },
           options.lostEvents}}
{}

QStringList Incidents::names() const
{
    QStringList list;
    for (const Incident& incident : m_all)
        list << incident.name;
    return list;
}

Result<void> Incidents::start(const QString& name)
{
    const auto incident = find(name);
    if (!incident)
        return incident.error();
    if (isActive(name)) {
        return Error{
            Error::Kind::Refused,
            tr("The incident %1 is active already. End it first.").arg(name),
            {}};
    }
    if (!m_traffic.isRunning()) {
        return Error{
            Error::Kind::Refused,
            tr("The sandbox runs without traffic, so nothing can go wrong. Start it with traffic."),
            {}};
    }
    (*incident)->start(m_traffic.switches(), (*incident)->scale);
    m_active << name;
    emit activeChanged();
    return {};
}

Result<void> Incidents::end(const QString& name)
{
    const auto incident = find(name);
    if (!incident)
        return incident.error();
    if (!isActive(name)) {
        return Error{
            Error::Kind::Refused,
            tr("The incident %1 is not active. Start it first.").arg(name),
            {}};
    }
    (*incident)->end(m_traffic.switches());
    m_active.removeAll(name);
    emit activeChanged();
    return {};
}

void Incidents::endAll()
{
    const QStringList names = m_active;
    for (const QString& name : names)
        std::ignore = end(name);
}

Result<const Incident*> Incidents::find(const QString& name) const
{
    for (const Incident& incident : m_all) {
        if (incident.name == name)
            return &incident;
    }
    return Error{
        Error::Kind::Missing,
        tr("There is no incident %1. Use one of: %2.").arg(name, names().join(u", "_s)),
        {}};
}

} // namespace outboard
