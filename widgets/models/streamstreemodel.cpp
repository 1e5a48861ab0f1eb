// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/streamstreemodel.h"

#include "models/column.h"
#include "text/format.h"

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

struct StreamsTreeModel::Cell
{
    QString text;
    QString toolTip;
    Tone tone = Tone::Neutral;
    QVariant order; ///< Raw value behind the text; invalid when unknown.

    friend bool operator==(const Cell&, const Cell&) = default;
};

struct StreamsTreeModel::Node
{
    QByteArray key;
    std::vector<Cell> cells;
    Node* parent = nullptr;
    Nodes children;

    int row() const
    {
        if (!parent)
            return 0;
        const auto at = std::ranges::find(parent->children, this, &std::unique_ptr<Node>::get);
        return static_cast<int>(at - parent->children.begin());
    }

    void adopt(std::unique_ptr<Node> child)
    {
        child->parent = this;
        children.push_back(std::move(child));
    }
};

namespace {

/// Names in byte order, which is the order of rows at every level.
template<class Pointer>
bool keyBefore(const Pointer& a, const Pointer& b)
{
    return a->key < b->key;
}

} // namespace

StreamsTreeModel::StreamsTreeModel(Thresholds thresholds, QObject* parent)
    : QAbstractItemModel(parent)
    , m_thresholds(thresholds)
    , m_root(std::make_unique<Node>())
{}

StreamsTreeModel::~StreamsTreeModel() = default;

void StreamsTreeModel::setState(const BrokerState& state)
{
    m_state = state;
    merge(*m_root, nodesOf(state));
}

StreamsTreeModel::Cell StreamsTreeModel::countCell(const Count& count, Tone tone)
{
    if (!count.isKnown())
        return {format::count(count), count.reason, Tone::Muted, {}};
    return {format::count(count), count.reason, tone, count.value};
}

StreamsTreeModel::Cell StreamsTreeModel::durationCell(
    std::optional<Milliseconds> duration, const QString& toolTip, Tone tone)
{
    if (!duration)
        return {format::duration(duration), toolTip, Tone::Muted, {}};
    return {format::duration(duration), toolTip, tone, qint64(duration->count())};
}

StreamsTreeModel::Nodes StreamsTreeModel::nodesOf(const BrokerState& state) const
{
    Nodes nodes;
    for (const BrokerTopicState& topic : state.topics) {
        auto node = makeNode(topic.name.bytes());
        if (!topic.problem.isEmpty()) {
            node->cells[Name].text += u"  \u2014  "_s + topic.problem;
            node->cells[Name].toolTip = topic.problem;
            node->cells[Name].tone = Tone::Critical;
        }
        node->cells[Length] = countCell(topic.length, Tone::Neutral);
        if (topic.memoryBytes)
            node->cells[Memory] = {
                format::bytes(topic.memoryBytes),
                tr("MEMORY USAGE of the stream"),
                Tone::Neutral,
                *topic.memoryBytes};
        for (const GroupState& group : topic.groups)
            node->adopt(groupNode(group));
        std::ranges::sort(node->children, keyBefore<std::unique_ptr<Node>>);
        nodes.push_back(std::move(node));
    }
    std::ranges::sort(nodes, keyBefore<std::unique_ptr<Node>>);
    return nodes;
}

std::unique_ptr<StreamsTreeModel::Node> StreamsTreeModel::makeNode(const QByteArray& key)
{
    auto node = std::make_unique<Node>();
    node->key = key;
    node->cells.resize(ColumnCount);
    node->cells[Name] = {format::oneLine(key), {}, Tone::Neutral, format::oneLine(key)};
    return node;
}

std::unique_ptr<StreamsTreeModel::Node> StreamsTreeModel::groupNode(const GroupState& group) const
{
    auto node = makeNode(group.name.bytes());
    const bool isStuck = group.oldestIdle && *group.oldestIdle >= m_thresholds.idle;
    const bool isPoison = group.maxDeliveries && *group.maxDeliveries >= m_thresholds.maxDeliveries;
    const Tone stuckTone = isStuck ? Tone::Warning : Tone::Neutral;
    node->cells[Lag] = countCell(group.lag, Tone::Neutral);
    node->cells[Pending] = countCell(group.pending, stuckTone);
    if (group.oldestIdle)
        node->cells[OldestIdle] = durationCell(
            group.oldestIdle, tr("Longest idle entry seen in the pending list"), stuckTone);
    if (group.maxDeliveries)
        node->cells[MaxDeliveries] = {
            format::number(*group.maxDeliveries),
            isPoison ? tr("At the limit of deliveries: poison") : QString(),
            isPoison ? Tone::Critical : Tone::Neutral,
            *group.maxDeliveries};
    const qint64 consumers = group.consumers.size();
    node->cells[Consumers] = {format::number(consumers), {}, Tone::Neutral, consumers};
    for (const ConsumerState& consumer : group.consumers) {
        auto child = makeNode(consumer.name.bytes());
        child->cells[Pending] = countCell(consumer.pending, Tone::Neutral);
        child->cells[OldestIdle] =
            durationCell(consumer.idle, tr("Since it last asked for entries"), Tone::Neutral);
        child->cells[Inactive] = durationCell(
            consumer.inactive,
            consumer.inactive
                ? tr("Since it last got an entry")
                : tr(
                    "This server does not tell when a consumer last got an entry; Redis 7.2 does."),
            Tone::Neutral);
        node->adopt(std::move(child));
    }
    std::ranges::sort(node->children, keyBefore<std::unique_ptr<Node>>);
    return node;
}

void StreamsTreeModel::replaceCells(Node& node, std::vector<Cell> cells)
{
    if (node.cells == cells)
        return;
    node.cells = std::move(cells);
    emit dataChanged(indexOfNode(node, 0), indexOfNode(node, ColumnCount - 1));
}

// Both sides are sorted by key: one walk removes what went, inserts what came and descends into the
// rest.
void StreamsTreeModel::merge(Node& parent, Nodes incoming)
{
    const QModelIndex parentIndex =
        &parent == m_root.get() ? QModelIndex() : indexOfNode(parent, 0);
    size_t at = 0;
    for (std::unique_ptr<Node>& fresh : incoming) {
        while (at < parent.children.size() && parent.children[at]->key < fresh->key) {
            beginRemoveRows(parentIndex, static_cast<int>(at), static_cast<int>(at));
            parent.children.erase(parent.children.begin() + static_cast<std::ptrdiff_t>(at));
            endRemoveRows();
        }
        if (at < parent.children.size() && parent.children[at]->key == fresh->key) {
            Node& kept = *parent.children[at];
            replaceCells(kept, std::move(fresh->cells));
            merge(kept, std::move(fresh->children));
        } else {
            beginInsertRows(parentIndex, static_cast<int>(at), static_cast<int>(at));
            fresh->parent = &parent;
            parent.children.insert(
                parent.children.begin() + static_cast<std::ptrdiff_t>(at), std::move(fresh));
            endInsertRows();
        }
        ++at;
    }
    if (at < parent.children.size()) {
        beginRemoveRows(
            parentIndex, static_cast<int>(at), static_cast<int>(parent.children.size()) - 1);
        parent.children.resize(at);
        endRemoveRows();
    }
}

const StreamsTreeModel::Node& StreamsTreeModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? *static_cast<const Node*>(index.internalPointer()) : *m_root;
}

QModelIndex StreamsTreeModel::indexOfNode(const Node& node, int column) const
{
    return createIndex(node.row(), column, &node);
}

std::optional<StreamsTreeModel::Place> StreamsTreeModel::placeAt(const QModelIndex& index) const
{
    if (!index.isValid())
        return std::nullopt;
    std::vector<QByteArray> path;
    for (const Node* node = &nodeOf(index); node->parent; node = node->parent)
        path.insert(path.begin(), node->key);
    path.resize(3);
    return Place{BrokerTopic(path[0]), GroupName(path[1]), ConsumerName(path[2])};
}

QModelIndex StreamsTreeModel::indexOf(const Place& place) const
{
    const Node* node = m_root.get();
    for (const QByteArray& key :
         {place.topic.bytes(), place.group.bytes(), place.consumer.bytes()}) {
        if (key.isEmpty())
            break;
        const auto child = std::ranges::find(node->children, key, &Node::key);
        if (child == node->children.end())
            return {};
        node = child->get();
    }
    return node == m_root.get() ? QModelIndex() : indexOfNode(*node, 0);
}

std::optional<GroupState> StreamsTreeModel::groupAt(const Place& place) const
{
    const auto topic = std::ranges::find(m_state.topics, place.topic, &BrokerTopicState::name);
    if (topic == m_state.topics.end())
        return std::nullopt;
    const auto group = std::ranges::find(topic->groups, place.group, &GroupState::name);
    return group == topic->groups.end() ? std::nullopt : std::optional(*group);
}

QModelIndex StreamsTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent).children[static_cast<size_t>(row)].get());
}

QModelIndex StreamsTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const Node* parent = nodeOf(child).parent;
    return !parent || parent == m_root.get() ? QModelIndex() : indexOfNode(*parent, 0);
}

int StreamsTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent).children.size());
}

int StreamsTreeModel::columnCount(const QModelIndex& parent) const
{
    Q_UNUSED(parent)
    return ColumnCount;
}

QVariant StreamsTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Cell& cell = nodeOf(index).cells[static_cast<size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole: return cell.text;
    case Qt::ToolTipRole: return cell.toolTip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            (index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case ToneRole: return static_cast<int>(cell.tone);
    case OrderRole: return cell.order;
    default: return {};
    }
}

QVariant StreamsTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            (section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList titles = {
        tr("Stream / group / consumer"),
        tr("Length"),
        tr("Lag"),
        tr("Pending"),
        tr("Oldest idle"),
        tr("Deliveries"),
        tr("Consumers"),
        tr("Inactive"),
        tr("Memory")};
    return titles.value(section);
}

} // namespace outboard
