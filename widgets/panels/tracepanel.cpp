// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/tracepanel.h"

#include "core/onanswer.h"
#include "models/tracemodel.h"
#include "parts/actionbutton.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

TracePanel::TracePanel(PanelHost host, QWidget* parent)
    : Panel(std::move(host), parent)
    , m_model(new TraceModel(this->host().session->clock(), this))
    , m_pane(new TablePane(u"traceSteps"_s, this->host().settings, this))
    , m_what(new QLineEdit(this))
    , m_title(new Label(this, Label::Style::Strong))
{
    m_what->setObjectName(u"traceWhat"_s);
    m_what->setPlaceholderText(tr("Event id, entry id, row id, or a value in the payload"));
    m_what->setAccessibleName(tr("What to trace"));
    m_what->setClearButtonEnabled(true);
    m_title->setObjectName(u"traceTitle"_s);
    m_title->setElided(true);
    buildActions();
    m_pane->view()->setAccessibleName(tr("Timeline of the event"));
    m_pane->setTable(m_model);
    m_pane->setTitle(m_title);
    m_pane->addButton(m_further);
    m_pane->addButton(m_replay);
    auto* line = new QHBoxLayout;
    line->addWidget(m_what, 1);
    line->addWidget(makeButton(m_look, ButtonLook::Primary, this));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addLayout(line);
    column->addWidget(m_pane, 1);
    connect(m_what, &QLineEdit::returnPressed, m_look, &QAction::trigger);
    connect(m_pane->view(), &TableView::selectionChangedByRows, this, &TracePanel::inspect);
    showEmpty();
    showTitle();
}

void TracePanel::buildActions()
{
    m_look = makeAction(this, u"trace"_s, tr("Trace"));
    m_look->setToolTip(tr("Look for this event in the outbox, the streams and the ledgers"));
    connect(m_look, &QAction::triggered, this, [this] {
        const QString what = m_what->text().trimmed();
        if (!what.isEmpty())
            start({what.toUtf8()});
    });
    m_further = makeAction(this, u"traceFurther"_s, tr("Look further"));
    m_further->setToolTip(tr("Search the streams in a longer time"));
    connect(m_further, &QAction::triggered, this, [this] {
        const auto wider = m_trace ? widerReach(m_trace->request.reach) : std::nullopt;
        if (wider)
            start({m_trace->request.what, *wider});
    });
    m_replay = makeAction(this, u"traceReplay"_s, tr("Replay…"));
    m_replay->setToolTip(tr("Freeze this event into a plan"));
    connect(m_replay, &QAction::triggered, this, &TracePanel::planChosen);
}

void TracePanel::present(const SnapshotPtr& snapshot)
{
    Q_UNUSED(snapshot) // A trace is of the moment at which it was asked for.
}

void TracePanel::focusFilter()
{
    m_what->setFocus();
    m_what->selectAll();
}

bool TracePanel::trace(const QString& what)
{
    m_what->setText(what);
    start({what.toUtf8()});
    return true;
}

QList<QAction*> TracePanel::panelActions() const
{
    return {m_look, m_further, m_replay};
}

void TracePanel::start(const TraceRequest& request)
{
    const int asked = ++m_asked;
    m_isLooking = true;
    showTitle();
    const auto started = host().session->trace(request);
    onAnswer(
        started.answer,
        this,
        [this, asked, operation = started.operation](const Result<Trace>& trace) {
            // A look that went well says all on this screen.
            if (trace)
                QMetaObject::invokeMethod(
                    host().session,
                    [session = host().session, operation] { session->dismiss(operation); },
                    Qt::QueuedConnection);
            if (asked == m_asked)
                show(trace);
        });
}

void TracePanel::show(const Result<Trace>& trace)
{
    m_isLooking = false;
    m_error = trace ? std::nullopt : std::optional(trace.error());
    m_trace = trace ? std::optional(*trace) : std::nullopt;
    m_model->show(m_trace.value_or(Trace()));
    m_pane->setNote(m_trace ? m_trace->notes.join(u"  ·  "_s) : QString(), Tone::Notice);
    showEmpty();
    showTitle();
    inspect();
}

void TracePanel::showEmpty()
{
    if (m_error)
        m_pane->setEmpty(u"unplugged"_s, tr("The event cannot be traced"), m_error->what);
    else if (m_trace)
        m_pane->setEmpty(
            u"search"_s,
            tr("Nothing was found"),
            tr("Neither the outbox, the streams, the ledgers nor the journal know of it. %1")
                .arg(m_trace->notes.join(u' ')));
    else
        m_pane->setEmpty(
            u"trace"_s,
            tr("No event was asked for"),
            tr("Type an event id, and its timeline is shown here: committed, relayed, each copy "
               "in the streams, how each group stands with it, processed, dead-lettered, "
               "replayed."));
}

void TracePanel::showTitle()
{
    QStringList parts;
    if (m_isLooking)
        parts << tr("Looking…");
    else if (m_trace && !m_trace->eventId.isEmpty())
        parts << tr("Event %1").arg(format::oneLine(m_trace->eventId.bytes()));
    else
        parts << tr("Timeline");
    if (m_trace && !m_isLooking && !m_trace->others.isEmpty()) {
        QStringList others;
        for (const EventId& other :
             m_trace->others.first(std::min<qsizetype>(m_trace->others.size(), 5)))
            others << format::oneLine(other.bytes(), 40);
        parts << tr("also fits: %1").arg(others.join(u", "_s));
    }
    m_title->setText(parts.join(u"  ·  "_s));
    const bool hasEvent = m_trace && !m_trace->eventId.isEmpty() && !m_isLooking;
    m_replay->setEnabled(hasEvent);
    m_further->setEnabled(
        m_trace && !m_isLooking && m_trace->isBounded
        && widerReach(m_trace->request.reach).has_value());
}

/// The whole timeline beside the payload, as the event's facts.
void TracePanel::inspect()
{
    if (!m_trace || m_trace->eventId.isEmpty())
        return;
    const TimePoint now = host().session->clock()();
    Inspected inspected;
    inspected.title = m_trace->eventId.text();
    for (const TraceStep& step : std::as_const(m_trace->steps)) {
        const QString at = step.at ? format::time(step.at, now) : u"–"_s;
        inspected.facts.append(
            {traceWhatTitle(step.what).toUtf8(), u"%1  %2"_s.arg(at, step.where).toUtf8()});
    }
    inspected.payload = m_trace->payload;
    if (!inspected.payload)
        inspected.payloadNote = tr("Neither the outbox nor the broker have it any more.");
    host().inspect(inspected);
}

void TracePanel::planChosen()
{
    if (!m_trace || m_trace->eventId.isEmpty())
        return;
    PlanRequest request;
    request.from = PlanRequest::From::Ids;
    request.ids = {m_trace->eventId};
    host().planReplay(request);
}

} // namespace outboard
