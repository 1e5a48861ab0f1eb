// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

QList<Finding> entriesVanished(const Case& patient)
{
    const QList<StreamLoss> losses = patient.history.losses();
    if (losses.isEmpty())
        return {};
    QStringList streams;
    TimePoint since = losses.first().at;
    for (const StreamLoss& loss : losses) {
        since = std::min(since, loss.at);
        streams << Text::tr("%1 held %2 entries")
                       .arg(format::oneLine(loss.topic.bytes(), 60), format::count(loss.entries));
    }
    Finding finding;
    finding.id = u"entries_vanished"_s;
    finding.severity = Severity::Critical;
    finding.title = losses.size() == 1 ? Text::tr("%1 began anew: its entries are gone")
                                             .arg(format::oneLine(losses.first().topic.bytes(), 60))
                                       : Text::tr("%1 streams began anew: their entries are gone")
                                             .arg(format::number(losses.size()));
    finding.evidence =
        Text::tr("The streams count fewer entries ever added than before. When last seen, %1.")
            .arg(streams.join(u", "_s));
    finding.explanation =
        Text::tr("The broker restarted without what was in its memory, failed over to a replica "
                 "that lagged, or somebody deleted the streams. Events that were published and "
                 "not handled yet are lost: nobody sends them again. Reconcile the last hours: it "
                 "names the events that neither a stream nor a ledger has, and replays them.");
    finding.remedy = {RemedyKind::Reconcile, Text::tr("Find lost events…"), {}, {}, {}};
    finding.since = since;
    return {finding};
}

} // namespace outboard::doctor
