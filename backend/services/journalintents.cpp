// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/journalintents.h"

#include "handlers/handlerkinds.h"
#include "services/recording.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QHash>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Journal)
};

bool isLeft(
    const PlanItem& item,
    const ReplayOptions& options,
    std::optional<OutcomeKind> before,
    bool isDecidedByLedger)
{
    if (before == OutcomeKind::InDoubt)
        return options.repeatInDoubt || isDecidedByLedger;
    if (before && *before != OutcomeKind::NotRun)
        return false;
    return item.verdict == Verdict::Run
           || (item.verdict == Verdict::Unknown && options.includeUnknown);
}

QList<QByteArray> idsOf(const QList<DeadLetter>& letters)
{
    QList<QByteArray> ids;
    for (const DeadLetter& letter : letters)
        ids.append(letter.eventId.isEmpty() ? letter.id.id : letter.eventId.bytes());
    return ids;
}

/// The streams, lists and tables that the letters lie in, each once.
QString placesOf(const QList<DeadLetter>& letters)
{
    QStringList places;
    for (const DeadLetter& letter : letters) {
        const QString place = letter.id.group.isEmpty()
                                  ? format::oneLine(letter.id.place)
                                  : groupPlace(BrokerTopic(letter.id.place), letter.id.group);
        if (!places.contains(place))
            places.append(place);
    }
    return places.join(u", "_s);
}

} // namespace

QString groupPlace(const BrokerTopic& topic, const GroupName& group)
{
    return format::oneLine(topic.bytes()) + u'/' + format::oneLine(group.bytes());
}

namespace intent {

JournalIntent relay(const Profile& profile, const RelayRequest& request)
{
    QStringList topics;
    for (const TopicName& topic : request.topics)
        topics.append(format::oneLine(topic.bytes()));
    QString place = topics.isEmpty() ? Text::tr("all topics") : topics.join(u", "_s);
    if (request.max)
        place += u", "_s + Text::tr("at most %1 rows").arg(format::number(*request.max));
    return intentOn(profile, u"relay"_s, place);
}

JournalIntent relayViaCelery(const Profile& profile)
{
    return intentOn(
        profile,
        u"relay_celery"_s,
        Text::tr("task %1 in queue %2").arg(profile.celery.task, profile.celery.queue));
}

JournalIntent claim(const Profile& profile, const ClaimRequest& request)
{
    const QString place = groupPlace(request.topic, request.group);
    return intentOn(
        profile,
        u"claim"_s,
        request.effect == ClaimEffect::Release
            ? Text::tr("%1, for the next auto-claim").arg(place)
            : Text::tr("%1, for %2").arg(place, format::oneLine(request.consumer.bytes())),
        journalIdList(request.ids));
}

JournalIntent acknowledge(
    const Profile& profile,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids)
{
    return intentOn(profile, u"ack"_s, groupPlace(topic, group), journalIdList(ids));
}

JournalIntent acknowledgeProcessed(
    const Profile& profile, const BrokerTopic& topic, const GroupName& group)
{
    return intentOn(profile, u"ack_ledger_done"_s, groupPlace(topic, group));
}

JournalIntent replay(const Profile& profile, const Plan& plan, const ReplayOptions& options)
{
    return intentOn(
        profile,
        u"replay"_s,
        Text::tr("plan %1 through \"%2\"").arg(plan.id, format::oneLine(plan.handler)),
        idsLeft(profile, plan, options, {}));
}

JournalIntent discardDead(
    const Profile& profile, const QList<DeadLetter>& letters, const QString& reason)
{
    return intentOn(
        profile,
        u"discard"_s,
        Text::tr("%1; reason: %2").arg(placesOf(letters), format::oneLine(reason)),
        idsOf(letters));
}

JournalIntent restoreDead(const Profile& profile, const QList<DeadLetter>& letters)
{
    return intentOn(profile, u"restore"_s, placesOf(letters), idsOf(letters));
}

JournalIntent resume(const Profile& profile, const QString& runId)
{
    return intentOn(profile, u"resume"_s, Text::tr("run %1").arg(format::oneLine(runId)));
}

QList<QByteArray> idsLeft(
    const Profile& profile,
    const Plan& plan,
    const ReplayOptions& options,
    const QList<Outcome>& done)
{
    // Where work and ledger row are one transaction, the ledger knows whether it was done.
    const auto handler = findHandler(profile, plan.handler);
    const bool isDecidedByLedger = handler && handler->kind == u"sql"_s;
    QHash<qsizetype, OutcomeKind> before;
    for (const Outcome& outcome : done)
        before.insert(outcome.item, outcome.kind);
    QList<QByteArray> ids;
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        const auto known = before.constFind(i);
        if (isLeft(
                plan.items[i],
                options,
                known == before.cend() ? std::nullopt : std::optional(*known),
                isDecidedByLedger))
            ids.append(plan.items[i].event.id.bytes());
    }
    return ids;
}

} // namespace intent
} // namespace outboard
