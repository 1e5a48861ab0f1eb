// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/discardedpane.h"

#include "core/onanswer.h"
#include "dialogs/discarddialog.h"
#include "models/deadgroupmodel.h"
#include "models/deadlettermodel.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostRows = 10'000;

} // namespace

DiscardedPane::DiscardedPane(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_model(new DiscardedModel(this))
    , m_pane(new TablePane(u"discarded"_s, host.settings, this))
    , m_restore(new QAction(tr("Restore…"), this))
{
    m_pane->view()->setAccessibleName(tr("Discarded dead letters"));
    m_pane->setTable(m_model);
    m_pane->addFilter(tr("Filter by event id, reason, error"));
    m_restore->setObjectName(u"restoreDead"_s);
    m_restore->setToolTip(tr("Put the selected ones back, so that they are dead letters again"));
    connect(m_restore, &QAction::triggered, this, &DiscardedPane::openRestore);
    m_pane->addButton(m_restore);
    m_actions = {m_restore};
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_pane);
    connect(m_pane, &TablePane::filterChanged, this, &DiscardedPane::applyFilter);
    connect(m_pane->view(), &TableView::selectionChangedByRows, this, [this] {
        inspectCurrent();
        updateActions();
    });
    m_pane->setEmpty(
        u"deadletters"_s,
        tr("Nothing was discarded"),
        tr("Dead letters that are discarded here are kept on this machine with the reason, and can "
           "be restored."));
    updateActions();
}

void DiscardedPane::refresh()
{
    if (m_isReading || !m_host.session->keepsDead())
        return;
    m_isReading = true;
    onAnswer(
        m_host.session->discardedLetters(mostRows),
        this,
        [this](const Result<QList<DiscardedLetter>>& rows) {
            m_isReading = false;
            show(rows);
        });
}

void DiscardedPane::show(const Result<QList<DiscardedLetter>>& rows)
{
    if (!rows) {
        m_pane->setNote(rows.error().what);
        return;
    }
    m_pane->setNote(
        rows->size() == mostRows ? tr("Only the newest %1 are shown.").arg(format::number(mostRows))
                                 : QString());
    m_model->setRows({rows->cbegin(), rows->cend()});
    updateActions();
    emit counted(rows->size());
}

void DiscardedPane::focusFilter()
{
    m_pane->focusFilter();
}

void DiscardedPane::applyFilter()
{
    const QString text = m_pane->filterText().trimmed();
    if (text.isEmpty()) {
        m_model->setFilter({});
        return;
    }
    m_model->setFilter([text](const DiscardedLetter& row) {
        return row.letter.eventId.text().contains(text, Qt::CaseInsensitive)
               || row.reason.contains(text, Qt::CaseInsensitive)
               || row.letter.error.contains(text, Qt::CaseInsensitive);
    });
}

QList<DiscardedLetter> DiscardedPane::selected() const
{
    QList<DiscardedLetter> rows;
    for (const int row : m_pane->view()->selectedRows())
        rows.append(m_model->rowAt(row));
    return rows;
}

void DiscardedPane::updateActions()
{
    const qsizetype count = m_pane->view()->selectedRows().size();
    m_restore->setEnabled(count > 0);
    m_restore->setText(count > 0 ? tr("Restore %1…").arg(format::number(count)) : tr("Restore…"));
}

void DiscardedPane::inspectCurrent()
{
    const QList<DiscardedLetter> rows = selected();
    if (rows.size() != 1)
        return;
    const DiscardedLetter& row = rows.first();
    Inspected inspected;
    inspected.title = row.letter.eventId.isEmpty() ? QString::fromUtf8(row.letter.id.id)
                                                   : row.letter.eventId.text();
    inspected.facts = {
        {tr("Reason").toUtf8(), row.reason.toUtf8()},
        {tr("By").toUtf8(), row.who.toUtf8()},
        {tr("Discarded").toUtf8(), isoText(row.at).toUtf8()},
        {tr("Lay in").toUtf8(), deadPlaceText(row.letter).toUtf8()},
        {tr("Error").toUtf8(), deadErrorText(row.letter.error).toUtf8()}};
    inspected.payload = row.letter.payload;
    if (!row.letter.payload)
        inspected.payloadNote = tr("It had none when it was discarded.");
    inspected.headers = row.letter.original.fields;
    m_host.inspect(inspected);
}

void DiscardedPane::openRestore()
{
    const QList<DiscardedLetter> rows = selected();
    if (rows.isEmpty())
        return;
    auto* dialog = new RestoreDialog(*m_host.session, rows, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace outboard
