// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"
#include "model/plan.h"
#include "model/reconciliation.h"
#include "model/relayreport.h"
#include "model/trace.h"
#include "services/deaddiscard.h"
#include "services/operation.h"

#include <QString>

#include <optional>

namespace outboard {

/// How an action ended, for the progress strip: one sentence with the exact numbers.
struct Summary
{
    Operation::State state = Operation::State::Done;
    QString text;
    std::optional<Error> error;
};

Summary summarize(const RelayReport& report);
Summary summarize(const ClaimReport& report);
Summary summarize(const AckReport& report);
Summary summarize(const RunReport& report);
Summary summarize(const Plan& plan);
Summary summarize(const DiscardReport& report);
Summary summarize(const RestoreReport& report);
Summary summarize(const Trace& trace);
Summary summarize(const Reconciliation& found);
Summary summarize(const Error& error);

template<class T>
Summary summarize(const Result<T>& answer)
{
    return answer ? summarize(*answer) : summarize(answer.error());
}

} // namespace outboard
