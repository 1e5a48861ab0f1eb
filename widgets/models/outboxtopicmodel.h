// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/outboxrow.h"
#include "models/rowtablemodel.h"
#include "settings/profile.h"

namespace outboard {

/// What a round knows of one topic, and how long ago its last row was published.
struct OutboxTopicLine
{
    OutboxTopicState state;
    std::optional<Milliseconds> sincePublished;

    friend bool operator==(const OutboxTopicLine&, const OutboxTopicLine&) = default;
};

class OutboxTopicModel final : public RowTableModel<OutboxTopicLine, TopicName>
{
    Q_OBJECT

public:
    explicit OutboxTopicModel(const Thresholds& thresholds, QObject* parent = nullptr);

    void show(const OutboxState& state);
};

} // namespace outboard
