// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/brokerstate.h"
#include "settings/profile.h"
#include "theme.h"

#include <QAbstractItemModel>

#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// Stream > group > consumer. A round merges by name, so that expansion and selection survive.
class StreamsTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column {
        Name,
        Length,
        Lag,
        Pending,
        OldestIdle,
        MaxDeliveries,
        Consumers,
        Inactive,
        Memory,
        ColumnCount
    };

    /// Raw value of a cell for sorting; invalid when unknown.
    static constexpr int OrderRole = Qt::UserRole + 100;

    /// What a node stands for; group and consumer are empty above their level.
    struct Place
    {
        BrokerTopic topic;
        GroupName group;
        ConsumerName consumer;

        friend bool operator==(const Place&, const Place&) = default;
    };

    explicit StreamsTreeModel(Thresholds thresholds, QObject* parent = nullptr);
    ~StreamsTreeModel() override;

    void setState(const BrokerState& state);

    std::optional<Place> placeAt(const QModelIndex& index) const;
    QModelIndex indexOf(const Place& place) const;
    /// The group's numbers as of the last round.
    std::optional<GroupState> groupAt(const Place& place) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Cell;
    struct Node;
    using Nodes = std::vector<std::unique_ptr<Node>>;

    Nodes nodesOf(const BrokerState& state) const;
    std::unique_ptr<Node> groupNode(const GroupState& group) const;
    static std::unique_ptr<Node> makeNode(const QByteArray& key);
    static Cell countCell(const Count& count, Tone tone);
    static Cell durationCell(
        std::optional<Milliseconds> duration, const QString& toolTip, Tone tone);
    void merge(Node& parent, Nodes incoming);
    void replaceCells(Node& node, std::vector<Cell> cells);
    QModelIndex indexOfNode(const Node& node, int column) const;
    const Node& nodeOf(const QModelIndex& index) const;

    Thresholds m_thresholds;
    BrokerState m_state;
    std::unique_ptr<Node> m_root;
};

} // namespace outboard
