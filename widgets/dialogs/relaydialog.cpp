// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/relaydialog.h"

#include "core/onanswer.h"
#include "services/payloadmask.h"
#include "services/session.h"
#include "text/commandline.h"
#include "text/format.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QListWidget>
#include <QSpinBox>
#include <QTableWidget>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int previewRows = 5;
constexpr int topicRole = Qt::UserRole;

QSpinBox* makeSpin(const QString& objectName, int from, int to, int value)
{
    auto* spin = new QSpinBox;
    spin->setObjectName(objectName);
    spin->setRange(from, to);
    spin->setValue(value);
    spin->setGroupSeparatorShown(true);
    spin->setMaximumWidth(180);
    return spin;
}

} // namespace

RelayDialog::RelayDialog(Session& session, const QList<TopicName>& preselected, QWidget* parent)
    : ActionDialog(session, tr("Relay batch"), parent)
    , m_topics(new QListWidget)
    , m_max(makeSpin(u"max"_s, 0, 100'000'000, 500))
    , m_batch(makeSpin(u"batch"_s, 1, 1000, 500))
    , m_durability(new QComboBox)
    , m_replicas(makeSpin(u"replicas"_s, 1, 9, 1))
    , m_preview(new QTableWidget(0, 4))
{
    setObjectName(u"relayDialog"_s);
    if (const SnapshotPtr snapshot = session.poller().latest(); snapshot && snapshot->outbox) {
        m_states = snapshot->outbox->topics;
        m_total = snapshot->outbox->unpublished;
    }
    fillTopics(preselected);
    buildForm();
    update();
}

void RelayDialog::fillTopics(const QList<TopicName>& preselected)
{
    m_topics->setObjectName(u"topics"_s);
    m_topics->setAccessibleName(tr("Topics to relay"));
    m_topics->setMaximumHeight(120);
    QList<OutboxTopicState> states = m_states;
    for (const TopicName& topic : preselected) {
        if (std::ranges::find(states, topic, &OutboxTopicState::topic) == states.end())
            states.append({topic, Count::unknown(tr("not counted in this round")), {}, {}, {}, {}});
    }
    for (const OutboxTopicState& state : std::as_const(states)) {
        auto* item = new QListWidgetItem(
            tr("%1   (%2 unpublished)")
                .arg(format::oneLine(state.topic.bytes()), format::count(state.unpublished)),
            m_topics);
        item->setData(topicRole, state.topic.bytes());
        const bool isChosen = preselected.isEmpty() || preselected.contains(state.topic);
        item->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
    }
    connect(m_topics, &QListWidget::itemChanged, this, &RelayDialog::update);
}

void RelayDialog::buildForm()
{
    m_max->setSpecialValueText(tr("until nothing waits"));
    m_max->setAccessibleName(tr("Rows at most"));
    m_batch->setAccessibleName(tr("Rows per transaction"));
    m_durability->setObjectName(u"durability"_s);
    m_durability->setAccessibleName(tr("Durability before marking"));
    m_durability->addItem(tr("Reply of the broker only"));
    m_durability->addItem(tr("WAIT for replicas"));
    m_durability->addItem(tr("WAITAOF: written to the append-only file"));
    auto* durability = new QHBoxLayout;
    durability->addWidget(m_durability);
    durability->addWidget(m_replicas);
    durability->addStretch();

    form()->addRow(tr("Topics"), m_topics);
    form()->addRow(tr("Rows at most"), m_max);
    form()->addRow(tr("Rows per transaction"), m_batch);
    form()->addRow(tr("Before marking"), durability);

    m_preview->setObjectName(u"previewRows"_s);
    m_preview->setAccessibleName(tr("First rows that will be relayed"));
    m_preview->setHorizontalHeaderLabels({tr("Row"), tr("Topic"), tr("Waiting"), tr("Payload")});
    m_preview->horizontalHeader()->setStretchLastSection(true);
    m_preview->verticalHeader()->hide();
    m_preview->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_preview->setSelectionMode(QAbstractItemView::NoSelection);
    m_preview->setFocusPolicy(Qt::NoFocus);
    m_preview->setFixedHeight(26 * (previewRows + 1) + 4);
    m_preview->verticalHeader()->setDefaultSectionSize(26);
    addWide(m_preview);

    for (QSpinBox* spin : {m_max, m_batch, m_replicas})
        connect(spin, &QSpinBox::valueChanged, this, &RelayDialog::update);
    connect(m_durability, &QComboBox::currentIndexChanged, this, &RelayDialog::update);
}

QList<TopicName> RelayDialog::chosenTopics() const
{
    QList<TopicName> topics;
    for (int row = 0; row < m_topics->count(); ++row) {
        const QListWidgetItem* item = m_topics->item(row);
        if (item->checkState() == Qt::Checked)
            topics.append(TopicName(item->data(topicRole).toByteArray()));
    }
    return topics;
}

RelayRequest RelayDialog::request() const
{
    RelayRequest request;
    request.topics = chosenTopics();
    // Every topic, also those that show up meanwhile.
    if (request.topics.size() == m_topics->count())
        request.topics.clear();
    request.batch = m_batch->value();
    if (m_max->value() > 0)
        request.max = m_max->value();
    request.durability.kind = static_cast<Durability::Kind>(m_durability->currentIndex());
    if (request.durability.kind == Durability::Kind::Replicas)
        request.durability.replicas = m_replicas->value();
    return request;
}

Count RelayDialog::available() const
{
    const QList<TopicName> chosen = chosenTopics();
    if (chosen.size() == m_topics->count())
        return m_total;
    Count sum = Count::exact(0);
    for (const OutboxTopicState& state : m_states) {
        if (!chosen.contains(state.topic))
            continue;
        if (!state.unpublished.isKnown())
            return Count::unknown(state.unpublished.reason);
        sum.value += state.unpublished.value;
        if (!state.unpublished.isExact())
            sum.quality = state.unpublished.quality;
    }
    return sum;
}

void RelayDialog::update()
{
    const RelayRequest wanted = request();
    const Count waiting = available();
    Count affected = waiting;
    if (wanted.max && (!waiting.isKnown() || waiting.value > *wanted.max))
        affected = Count::exact(*wanted.max);
    m_replicas->setVisible(wanted.durability.kind == Durability::Kind::Replicas);
    setHeadline(tr("Relay %1 of %2 unpublished rows to the broker")
                    .arg(format::count(affected), format::count(waiting)));
    setVerb(affected.isKnown() ? tr("Relay %1 rows").arg(format::count(affected)) : tr("Relay"));
    setEffect(
        tr("Each row is appended to its stream, then marked as published, in one transaction per "
           "chunk. Sent is not "
           "handled: consumers still have to process the events. If the connection breaks in "
           "between, rows are sent "
           "again with the same event id: duplicates are possible, loss is not."),
        Tone::Notice);
    setCount(affected);
    setCommandLine(commandline::relay(session().profile().name, wanted));
    setCommands(session().relayCommands(wanted));
    if (chosenTopics().isEmpty() && m_topics->count() > 0)
        setObstacle(tr("Choose at least one topic."));
    else if (waiting.isExact() && waiting.value == 0)
        setObstacle(tr("Nothing is waiting."));
    else
        setObstacle({});
    askPreview();
}

void RelayDialog::askPreview()
{
    OutboxFilter filter;
    filter.state = RowState::Unpublished;
    filter.newestFirst = false;
    filter.payloadBytes = 300;
    const QList<TopicName> topics = request().topics;
    if (topics.size() == 1)
        filter.topic = topics.first();
    const int asked = ++m_previewAsked;
    // Several chosen topics are picked out of the oldest rows; the page is larger then.
    const qint64 limit = topics.size() > 1 ? 200 : previewRows;
    onAnswer(
        session().outboxPage(filter, std::nullopt, limit),
        this,
        [this, asked, topics](const Result<OutboxPage>& page) {
            if (asked != m_previewAsked || !page)
                return;
            QList<OutboxRow> rows;
            for (const OutboxRow& row : page->rows) {
                if (rows.size() < previewRows && (topics.isEmpty() || topics.contains(row.topic)))
                    rows.append(row);
            }
            showPreview(rows, page->at);
        });
}

void RelayDialog::showPreview(const QList<OutboxRow>& rows, TimePoint at)
{
    const PayloadMask mask(session().profile());
    m_preview->setRowCount(static_cast<int>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const OutboxRow& row = rows.at(i);
        const QString age =
            row.createdAt
                ? format::duration(std::chrono::duration_cast<Milliseconds>(at - *row.createdAt))
                : u"?"_s;
        const QStringList cells = {
            format::oneLine(row.id.bytes()),
            format::oneLine(row.topic.bytes()),
            age,
            format::oneLine(mask.shown(row.payload), 160)};
        for (int column = 0; column < cells.size(); ++column)
            m_preview->setItem(i, column, new QTableWidgetItem(cells.at(column)));
    }
    for (int column = 0; column < 3; ++column)
        m_preview->resizeColumnToContents(column);
}

void RelayDialog::run()
{
    session().relay(request());
}

} // namespace outboard
