// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// An hour, by the default threshold of a minute: Redis' own rules save more often.
constexpr qint64 thresholdsLong = 60;

QString saveText(const BrokerHealth& health)
{
    const BrokerPersistence& state = *health.persistence;
    QString text =
        Text::tr("%1 changes are in memory only.").arg(format::number(state.unsavedChanges));
    if (state.lastSave)
        text += u' '
                + Text::tr("Nothing was saved for %1, and there is no append-only file.")
                      .arg(elapsed(health.at - *state.lastSave));
    return text;
}

Finding failing(const BrokerPersistence& state)
{
    Finding finding;
    finding.id = u"persistence_failing"_s;
    finding.severity = Severity::Critical;
    finding.title = Text::tr("The broker cannot write to its disk");
    finding.evidence = state.isLogFailing
                           ? Text::tr("Its last write to the append-only file failed.")
                           : Text::tr("Its last snapshot failed; %1 changes since the one before.")
                                 .arg(format::number(state.unsavedChanges));
    finding.explanation =
        Text::tr("Redis refuses every write while it cannot save (MISCONF), so that the relay "
                 "stops and nothing can be acknowledged. Look at the server's log: a full disk or "
                 "a folder that it may not write to.");
    return finding;
}

Finding noPersistence(const BrokerHealth& health)
{
    Finding finding;
    finding.id = u"no_persistence"_s;
    finding.severity = Severity::Warning;
    finding.title = Text::tr("The broker keeps nothing on disk: a restart loses its entries");
    finding.evidence = saveText(health);
    finding.explanation =
        Text::tr("Rows that were marked published and entries that were not handled yet are lost "
                 "when Redis ends: nobody sends them again. Switch the append-only file on, and "
                 "let the relay wait for it (WAITAOF) or for replicas (WAIT) before it marks "
                 "rows.");
    finding.remedy = copyRemedy(Text::tr("Copy the command"), u"CONFIG SET appendonly yes"_s);
    return finding;
}

} // namespace

QList<Finding> brokerPersistence(const Case& patient)
{
    const auto& health = patient.snapshot.health.broker;
    if (!patient.snapshot.broker || !health || !health->persistence)
        return {};
    const BrokerPersistence& state = *health->persistence;
    if (state.isLogFailing || state.isSaveFailing)
        return {failing(state)};
    // A sandbox is thrown away with all that is in it.
    const bool isKept = patient.profile.environment != Environment::Sandbox;
    const Milliseconds longAgo = thresholdsLong * patient.profile.thresholds.idle;
    const bool isUnsaved = !state.hasLog && state.unsavedChanges > 0 && state.lastSave
                           && health->at - *state.lastSave >= longAgo;
    return isKept && isUnsaved ? QList<Finding>{noPersistence(*health)} : QList<Finding>();
}

} // namespace outboard::doctor
