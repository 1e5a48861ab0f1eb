// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/plan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

template<class Enum, size_t N>
using Names = std::array<std::pair<Enum, QLatin1StringView>, N>;

constexpr Names<Verdict, 5> verdictNames = {{
    {Verdict::Run, QLatin1StringView("run")},
    {Verdict::Processed, QLatin1StringView("processed")},
    {Verdict::InFlight, QLatin1StringView("in_flight")},
    {Verdict::PayloadMissing, QLatin1StringView("payload_missing")},
    {Verdict::Unknown, QLatin1StringView("unknown")},
}};

constexpr Names<OutcomeKind, 6> outcomeNames = {{
    {OutcomeKind::Applied, QLatin1StringView("applied")},
    {OutcomeKind::Skipped, QLatin1StringView("skipped")},
    {OutcomeKind::Failed, QLatin1StringView("failed")},
    {OutcomeKind::NoVerdict, QLatin1StringView("no_verdict")},
    {OutcomeKind::InDoubt, QLatin1StringView("in_doubt")},
    {OutcomeKind::NotRun, QLatin1StringView("not_run")},
}};

template<class Enum, size_t N>
QString nameOf(const Names<Enum, N>& names, Enum value)
{
    const auto it = std::ranges::find(names, value, &std::pair<Enum, QLatin1StringView>::first);
    Q_ASSERT(it != names.end());
    return it->second;
}

template<class Enum, size_t N>
std::optional<Enum> valueOf(const Names<Enum, N>& names, const QString& name)
{
    for (const auto& [value, text] : names) {
        if (name == text)
            return value;
    }
    return std::nullopt;
}

} // namespace

QString verdictName(Verdict verdict)
{
    return nameOf(verdictNames, verdict);
}

std::optional<Verdict> verdictFromName(const QString& name)
{
    return valueOf(verdictNames, name);
}

QString outcomeName(OutcomeKind kind)
{
    return nameOf(outcomeNames, kind);
}

std::optional<OutcomeKind> outcomeFromName(const QString& name)
{
    return valueOf(outcomeNames, name);
}

qsizetype Plan::count(Verdict verdict) const
{
    return std::ranges::count(items, verdict, &PlanItem::verdict);
}

qsizetype Plan::warnings() const
{
    return std::ranges::count_if(items, [](const PlanItem& item) {
        return item.newer && item.verdict != Verdict::Processed;
    });
}

} // namespace outboard
