// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/previewpage.h"

#include "core/onanswer.h"
#include "models/outboxrowmodel.h"
#include "parts/label.h"
#include "services/mapping/mappingdesk.h"
#include "text/format.h"
#include "theme.h"

#include <QHeaderView>
#include <QPlainTextEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString countText(const Count& count)
{
    return count.isKnown() ? format::count(count) : u"? ("_s + count.reason + u')';
}

} // namespace

PreviewPage::PreviewPage(WizardState& state, MappingDesk& desk, QWidget* parent)
    : WizardPage(
        state,
        tr("Preview"),
        tr("Real rows through this mapping. If an id, a topic or a state is wrong, go back and "
           "change it."),
        parent)
    , m_desk(desk)
    , m_summary(new Label(this, Label::Style::Strong))
    , m_rows(new QTableWidget(0, 6, this))
    , m_sql(new QPlainTextEdit(this))
{
    m_summary->setObjectName(u"previewSummary"_s);
    m_summary->setWordWrap(true);
    m_rows->setObjectName(u"previewRows"_s);
    m_rows->setAccessibleName(tr("Rows through the mapping"));
    m_rows->setHorizontalHeaderLabels(
        {tr("Row"), tr("State"), tr("Event"), tr("Topic"), tr("Key"), tr("Payload")});
    m_rows->horizontalHeader()->setStretchLastSection(true);
    m_rows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_rows->verticalHeader()->hide();
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_rows->setMinimumHeight(190);
    m_sql->setObjectName(u"previewSql"_s);
    m_sql->setAccessibleName(tr("SQL that Outboard runs"));
    m_sql->setReadOnly(true);
    m_sql->setFont(monoFont());
    m_sql->setTabChangesFocus(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addWidget(m_summary);
    column->addWidget(m_rows);
    column->addWidget(m_sql, 1);
}

void PreviewPage::enter()
{
    m_isFine = false;
    m_summary->setTone(Tone::Muted);
    m_summary->setText(tr("Reading…"));
    m_rows->setRowCount(0);
    m_sql->clear();
    emit readyChanged();
    const auto answer = m_desk.preview(state().profile.outbox, state().password(u"outbox"_s));
    onAnswer(answer, this, [this, asked = ++m_asked](const Result<MappingPreview>& preview) {
        if (asked != m_asked)
            return;
        m_isFine = preview.has_value();
        m_summary->setTone(preview ? Tone::Neutral : Tone::Critical);
        if (preview)
            present(*preview);
        else
            m_summary->setText(preview.error().what);
        emit readyChanged();
    });
}

void PreviewPage::present(const MappingPreview& preview)
{
    m_summary->setText(tr("Unpublished: %1 · dead: %2")
                           .arg(countText(preview.unpublished), countText(preview.dead)));
    fillRows(preview);
    QStringList sql{tr("-- Reading")};
    sql += preview.readSql;
    sql << QString();
    if (preview.canRelay) {
        sql << tr("-- Relaying, only when you say so");
        sql += preview.relaySql;
    } else {
        sql << tr("-- Outboard cannot relay this table");
    }
    m_sql->setPlainText(format::escaped(sql.join(u'\n')));
}

void PreviewPage::fillRows(const MappingPreview& preview)
{
    m_rows->setRowCount(int(preview.rows.size()));
    for (int i = 0; i < preview.rows.size(); ++i) {
        const OutboxRow& row = preview.rows.at(i);
        const QStringList cells{
            format::oneLine(row.id.bytes()),
            stateText(row.state),
            format::oneLine(row.eventId.bytes()),
            format::oneLine(row.topic.bytes()),
            row.key ? format::oneLine(*row.key) : QString(),
            format::oneLine(row.payload, 160)};
        for (int column = 0; column < cells.size(); ++column)
            m_rows->setItem(i, column, new QTableWidgetItem(cells.at(column)));
    }
    for (int column = 0; column < 5; ++column) {
        m_rows->resizeColumnToContents(column);
        m_rows->setColumnWidth(column, std::min(m_rows->columnWidth(column) + 8, 220));
    }
}

} // namespace outboard
