// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// How an action ended.
enum class JournalState {
    Running, ///< Not ended yet; the process that does it is alive.
    Done,
    InPart,
    Refused, ///< By a guard or a server; nothing was changed.
    Failed,  ///< Nothing was done, or nobody knows how much was.
    CutOff,  ///< There is no result and never will be: unknown whether it was done.
};

/// Contract spelling: running, done, in_part, refused, failed, cut_off.
QString journalStateName(JournalState state);
std::optional<JournalState> journalStateFromName(const QString& name);

/// What the journal calls an action, and how a screen does.
struct JournalAction
{
    QString name;  ///< Contract spelling, e.g. "ack_ledger_done".
    QString title; ///< Translated.
};

/// All that are known, in the order of a list to choose from. Another Outboard may know more.
const QList<JournalAction>& journalActions();

/// Translated; the name itself for one that is not known here.
QString journalActionTitle(const QString& name);

/// What is about to be done, as it is written down before. Never a payload, never a secret.
struct JournalIntent
{
    QString action; ///< A name of journalActions().
    QString profile;
    QString environment;
    QString place; ///< Where: "order.paid/billing", "run 5f2c…"; the table and topics of a relay.
    QList<QByteArray> ids; ///< All of them, exact; empty where only the action finds them.
    QStringList commands;  ///< SQL and broker commands, as the confirm dialog shows them.

    friend bool operator==(const JournalIntent&, const JournalIntent&) = default;
};

/// One number of a result. Ids are listed where they did not go the way of the others, or the
/// intent could not name them.
struct JournalCount
{
    QString name; ///< As in the commands' JSON: "claimed", "not_pending".
    qint64 count = 0;
    QList<QByteArray> ids;

    friend bool operator==(const JournalCount&, const JournalCount&) = default;
};

/// How it ended, as it is written down after.
struct JournalResult
{
    JournalState state = JournalState::Done;
    QString text; ///< One translated sentence, the error's included.
    QList<JournalCount> counts;

    friend bool operator==(const JournalResult&, const JournalResult&) = default;
};

/// An action as a list shows it: intent and result together.
struct JournalEntry
{
    qint64 number = 0; ///< Of the intent's record in the chain.
    TimePoint at;      ///< The desktop's clock.
    QString who;       ///< user@host
    QString profile;
    QString environment;
    QString action;
    QString place;
    qint64 idCount = 0;
    JournalState state = JournalState::Running;
    std::optional<TimePoint> endedAt;
    QString result; ///< JournalResult::text; empty without one.

    friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

/// The rest of one entry.
struct JournalDetails
{
    JournalEntry entry;
    QList<QByteArray> ids; ///< Those of the intent, then those that the action found.
    QStringList commands;
    QList<JournalCount> counts;
    QByteArray hash; ///< SHA-256 of the last record of this entry: seals all before it.

    friend bool operator==(const JournalDetails&, const JournalDetails&) = default;
};

struct JournalFilter
{
    QString profile; ///< Empty: all.
    QString action;  ///< Empty: all.
    QString text;    ///< In ids, place, commands, who, result; capitals of A-Z do not matter.
    std::optional<TimePoint> since = {};

    friend bool operator==(const JournalFilter&, const JournalFilter&) = default;
};

struct JournalPage
{
    QList<JournalEntry> entries;
    std::optional<qint64> next; ///< Pass as `before` to go on; absent at the end.
};

/// A place in the chain up to which it is whole.
struct JournalMark
{
    qint64 number = 0;
    QByteArray hash;

    friend bool operator==(const JournalMark&, const JournalMark&) = default;
};

/// What a walk along the chain found.
struct JournalCheck
{
    JournalMark whole;            ///< The last record of the part that is whole.
    std::optional<qint64> broken; ///< The first record that does not follow from those before it.
    QString problem;              ///< One translated sentence about it.
    qint64 cutOff = 0;            ///< Intents that have no result and whose process is gone.
    qint64 firstCutOff = 0;

    friend bool operator==(const JournalCheck&, const JournalCheck&) = default;
};

} // namespace outboard
