// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planerrors.h"

#include <QCoreApplication>

namespace outboard::planErrors {

using namespace Qt::StringLiterals;

namespace {

Error refused(const QString& sentence)
{
    return {Error::Kind::Refused, sentence, {}};
}

} // namespace

Error needsStreamAndGroup()
{
    return refused(QCoreApplication::translate(
        "outboard", "Name the stream and the group whose pending entries are meant."));
}

Error needsOutbox()
{
    return refused(QCoreApplication::translate(
        "outboard", "Outbox rows cannot be read without an outbox in the profile. Add one."));
}

Error tooMany(qint64 limit)
{
    return refused(
        QCoreApplication::translate(
            "outboard", "More than %1 events are selected. Narrow the filter, or raise the limit.")
            .arg(limit));
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before the plan was made."),
        {}};
}

Error otherTopics(const HandlerSettings& handler, const QStringList& topics)
{
    return refused(QCoreApplication::translate(
                       "outboard",
                       "Handler \"%1\" is for the topics %2, but events of %3 are selected. Leave "
                       "those out, or "
                       "choose another handler.")
                       .arg(handler.name, handler.topics.join(u", "_s), topics.join(u", "_s)));
}

Error otherGroup(const HandlerSettings& handler, const GroupName& group, const QStringList& groups)
{
    return refused(QCoreApplication::translate(
                       "outboard",
                       "Handler \"%1\" keeps ledger %2, which records the groups %3 and not %4. "
                       "Choose another "
                       "handler or group.")
                       .arg(handler.name, handler.ledger, groups.join(u", "_s), group.text()));
}

} // namespace outboard::planErrors
