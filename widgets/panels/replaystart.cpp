// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/replaystart.h"

#include "parts/actionbutton.h"
#include "parts/label.h"
#include "services/session.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

ReplayStart::ReplayStart(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_ids(new QPlainTextEdit)
    , m_group(new QComboBox)
    , m_openFile(makeAction(this, u"openPlan"_s, tr("Open plan file…")))
{
    auto* title = new Label(nullptr, Label::Style::Heading);
    title->setText(tr("Replay events, each one once"));
    auto* text = new Label(nullptr, Label::Style::Body, Tone::Muted);
    text->setText(
        tr("Select events in Outbox, Streams or Dead letters and press Replay…, or write event ids "
           "below. The set is frozen, the ledgers are asked about each event, and nothing runs "
           "before you have seen what would."));
    text->setWordWrap(true);
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(makeButton(m_openFile, ButtonLook::Plain));
    connect(m_openFile, &QAction::triggered, this, &ReplayStart::openFileAsked);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(text);
    layout->addWidget(makeIds());
}

QWidget* ReplayStart::makeIds()
{
    m_ids->setObjectName(u"eventIds"_s);
    m_ids->setAccessibleName(tr("Event ids"));
    m_ids->setPlaceholderText(tr("Event ids, one a line or with spaces or commas between"));
    m_ids->setFont(monoFont());
    m_ids->setTabChangesFocus(true);
    m_ids->setFixedHeight(82);
    m_group->setObjectName(u"idsGroup"_s);
    m_group->setAccessibleName(tr("Ledger of group"));
    m_group->addItem(tr("all that consume it"), QByteArray());
    for (const LedgerSettings& ledger : m_host.session->profile().ledgers) {
        for (const QString& group : ledger.groups)
            m_group->addItem(group, group.toUtf8());
    }
    m_group->setCurrentIndex(m_group->count() == 2 ? 1 : 0);
    auto* label = new Label(nullptr, Label::Style::Body, Tone::Muted);
    label->setText(tr("Ask the ledger of group"));
    auto* plan = new QPushButton(tr("Plan these events"));
    plan->setObjectName(u"planIds"_s);
    connect(plan, &QPushButton::clicked, this, &ReplayStart::planTypedIds);
    auto* side = new QVBoxLayout;
    side->addWidget(label);
    side->addWidget(m_group);
    side->addStretch();
    side->addWidget(plan);
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins({});
    row->setSpacing(12);
    row->addWidget(m_ids, 1);
    row->addLayout(side);
    return page;
}

void ReplayStart::focusIds()
{
    m_ids->setFocus();
}

void ReplayStart::planTypedIds()
{
    static const QRegularExpression between(u"[\\s,;]+"_s);
    PlanRequest request;
    request.from = PlanRequest::From::Ids;
    request.group = GroupName(m_group->currentData().toByteArray());
    for (const QString& id : m_ids->toPlainText().split(between, Qt::SkipEmptyParts))
        request.ids.push_back(EventId::fromText(id));
    if (request.ids.empty()) {
        m_host.notify(tr("Write at least one event id."));
        return;
    }
    emit planAsked(request);
}

} // namespace outboard
