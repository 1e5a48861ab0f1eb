// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <QRegularExpression>

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

// Below this a scan of the whole table costs less than a round trip.
constexpr qint64 bigTable = 100'000;

/// How many rows the table had so far, as far as a round can tell.
std::optional<QString> sizeOfBigTable(const OutboxState& outbox)
{
    if (outbox.highestId) {
        return *outbox.highestId >= bigTable ? std::optional(
                   Text::tr("its highest id is %1").arg(format::number(*outbox.highestId)))
                                             : std::nullopt;
    }
    // Ids are not numbers: the store counts a small table exactly.
    if (outbox.unpublished.isExact())
        return std::nullopt;
    return Text::tr("its unpublished rows cannot be counted exactly");
}

/// The condition as a Q object; empty for one that has no such form.
QString djangoCondition(const QString& predicate)
{
    static const QRegularExpression isNull(
        u"^\\(*\"?(\\w+)\"?\\s+is\\s+null\\)*$"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression isFalse(
        u"^(?:not\\s+\"?(\\w+)\"?|\"?(\\w+)\"?\\s*=\\s*false)$"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression isValue(u"^\"?(\\w+)\"?\\s*=\\s*('[\\w ]*'|-?\\d+)$"_s);
    if (const auto match = isNull.match(predicate); match.hasMatch())
        return u"Q(%1__isnull=True)"_s.arg(match.captured(1));
    if (const auto match = isFalse.match(predicate); match.hasMatch())
        return u"Q(%1=False)"_s.arg(match.captured(1) + match.captured(2));
    if (const auto match = isValue.match(predicate); match.hasMatch())
        return u"Q(%1=%2)"_s.arg(match.captured(1), match.captured(2));
    return {};
}

/// For Meta.indexes of the model.
QString djangoIndex(const OutboxState& outbox)
{
    static const QRegularExpression form(u" \\(\"(\\w+)\"\\) WHERE (.*);$"_s);
    const auto match = form.match(outbox.indexAdvice);
    const QString condition = djangoCondition(match.captured(2).trimmed());
    if (!match.hasMatch() || condition.isEmpty())
        return {};
    // Django takes 30 characters at most.
    const QString name = outbox.table.section(u'.', -1).first(
                             std::min<qsizetype>(outbox.table.section(u'.', -1).size(), 18))
                         + u"_unpublished"_s;
    return u"models.Index(fields=[\"%1\"], name=\"%2\", condition=%3)"_s.arg(
        match.captured(1), name, condition);
}

QString advice(const OutboxState& outbox)
{
    const QString django = djangoIndex(outbox);
    return django.isEmpty()
               ? outbox.indexAdvice
               : outbox.indexAdvice + u"\n\n-- Django, in Meta.indexes:\n-- "_s + django;
}

} // namespace

QList<Finding> missingIndex(const Case& patient)
{
    if (!patient.snapshot.outbox)
        return {};
    const OutboxState& outbox = *patient.snapshot.outbox;
    if (outbox.hasUnpublishedIndex || outbox.indexAdvice.isEmpty())
        return {};
    const std::optional<QString> size = sizeOfBigTable(outbox);
    if (!size)
        return {};
    Finding finding;
    finding.id = u"missing_index"_s;
    finding.severity = Severity::Notice;
    finding.title =
        Text::tr("%1 has no index on its unpublished rows").arg(format::oneLine(outbox.table));
    finding.evidence =
        Text::tr("The table is big (%1). Without the index counts are estimates and a "
                 "relay walks over all published rows. Create it: %2")
            .arg(*size, outbox.indexAdvice);
    finding.explanation =
        Text::tr("A partial index holds only the rows that wait, so that it stays small however "
                 "long the history is. CONCURRENTLY keeps the table writable meanwhile; in Django "
                 "the form below does the same with AddIndexConcurrently in a migration of its "
                 "own (atomic = False).");
    finding.remedy = copyRemedy(Text::tr("Copy SQL and Django"), advice(outbox));
    return {finding};
}

} // namespace outboard::doctor
