// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/journal.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array stateNames{
    std::pair(JournalState::Running, "running"_L1),
    std::pair(JournalState::Done, "done"_L1),
    std::pair(JournalState::InPart, "in_part"_L1),
    std::pair(JournalState::Refused, "refused"_L1),
    std::pair(JournalState::Failed, "failed"_L1),
    std::pair(JournalState::CutOff, "cut_off"_L1),
};

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

} // namespace

QString journalStateName(JournalState state)
{
    const auto* found =
        std::ranges::find(stateNames, state, &decltype(stateNames)::value_type::first);
    return found->second;
}

std::optional<JournalState> journalStateFromName(const QString& name)
{
    for (const auto& [state, spelling] : stateNames) {
        if (name == spelling)
            return state;
    }
    return std::nullopt;
}

const QList<JournalAction>& journalActions()
{
    static const QList<JournalAction> all{
        {u"relay"_s, Text::tr("Relay")},
        {u"relay_celery"_s, Text::tr("Relay by the service")},
        {u"claim"_s, Text::tr("Claim")},
        {u"ack"_s, Text::tr("Acknowledge")},
        {u"ack_ledger_done"_s, Text::tr("Acknowledge what is done")},
        {u"replay"_s, Text::tr("Replay")},
        {u"resume"_s, Text::tr("Resume a replay")},
        {u"discard"_s, Text::tr("Discard dead letters")},
        {u"restore"_s, Text::tr("Restore dead letters")},
        {u"arm"_s, Text::tr("Unlock writing")},
        {u"lock"_s, Text::tr("Lock writing")},
        {u"unmask"_s, Text::tr("Unmask a payload")},
    };
    return all;
}

QString journalActionTitle(const QString& name)
{
    const auto& all = journalActions();
    const auto found = std::ranges::find(all, name, &JournalAction::name);
    return found == all.end() ? name : found->title;
}

} // namespace outboard
