// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/messagespage.h"

#include "dialogs/connectwizard/reasonsview.h"

#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return MessagesPage::tr(text);
}

QList<SettingsField<BrokerSettings>> fields()
{
    return {
        textField<BrokerSettings>(
            u"stream"_s,
            tr("Stream"),
            tr("{topic}, text around it such as events:{topic}, or one fixed name"),
            &BrokerSettings::stream),
        textField<BrokerSettings>(
            u"messageEventId"_s,
            tr("Event id"),
            tr("a field, a path inside a JSON field such as data.order_id, or @entry_id"),
            &BrokerSettings::eventId),
        textField<BrokerSettings>(
            u"messagePayload"_s,
            tr("Payload"),
            tr("the field that holds the payload"),
            &BrokerSettings::payload),
        textField<BrokerSettings>(
            u"messageDead"_s,
            tr("Dead letters"),
            tr("such as {stream}:dlq; empty: the usual names"),
            &BrokerSettings::dead),
    };
}

} // namespace

MessagesPage::MessagesPage(WizardState& state, QWidget* parent)
    : WizardPage(
        state,
        tr("Messages"),
        tr("How the relay names the streams, and what the entries look like. Outboard's own relay "
           "writes what is set here."),
        parent)
    , m_reasons(new ReasonsView(this))
    , m_form(new SettingsForm<BrokerSettings>(
          fields(), [this] { take(); }, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addWidget(m_reasons);
    column->addWidget(m_form);
    column->addStretch();
}

void MessagesPage::enter()
{
    BrokerSettings broker;
    broker.url = state().profile.broker.url;
    broker.tls = state().profile.broker.tls;
    const BrokerProposal proposal =
        proposeMessages(state().evidence, state().profile.outbox, broker);
    m_reasons->present(proposal.reasons, proposal.doubts);
    m_form->present(proposal.settings);
    take();
}

void MessagesPage::take()
{
    state().profile.broker = m_form->settings();
    emit readyChanged();
}

} // namespace outboard
