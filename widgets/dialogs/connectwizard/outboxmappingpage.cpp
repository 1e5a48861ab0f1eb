// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/outboxmappingpage.h"

#include "dialogs/connectwizard/reasonsview.h"
#include "outbox/outboxpresets.h"
#include "parts/label.h"
#include "text/format.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QScrollArea>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return OutboxMappingPage::tr(text);
}

template<class Member>
SettingsField<OutboxSettings> columnField(
    const QString& name, const QString& title, const QString& help, Member member)
{
    return {
        name,
        title,
        help,
        [member](const OutboxSettings& settings) { return settings.columns.*member; },
        [member](OutboxSettings& settings, const QString& text) {
            settings.columns.*member = text;
        }};
}

/// As the profile file has them; what is empty comes from the preset.
QList<SettingsField<OutboxSettings>> fields()
{
    const QString preset = tr("from the preset");
    return {
        textField<OutboxSettings>(
            u"preset"_s, tr("Preset"), outboxPresets().join(u", "_s), &OutboxSettings::preset),
        textField<OutboxSettings>(u"table"_s, tr("Table"), preset, &OutboxSettings::table),
        columnField(u"columnId"_s, tr("Row id"), preset, &OutboxColumns::id),
        columnField(
            u"columnEventId"_s,
            tr("Event id"),
            tr("from the preset; a column, or a path such as payload.order_id"),
            &OutboxColumns::eventId),
        columnField(
            u"columnTopic"_s,
            tr("Topic"),
            tr("from the preset; a column, or several as {tenant}:{type}"),
            &OutboxColumns::topic),
        columnField(
            u"columnPayload"_s,
            tr("Payload"),
            tr("from the preset; a column, or several as args, kwargs"),
            &OutboxColumns::payload),
        columnField(u"columnCreatedAt"_s, tr("Created"), preset, &OutboxColumns::createdAt),
        columnField(
            u"columnKey"_s, tr("Key"), tr("orders events; empty: none"), &OutboxColumns::key),
        textField<OutboxSettings>(
            u"unpublished"_s, tr("Unpublished"), preset, &OutboxSettings::unpublished),
        textField<OutboxSettings>(
            u"inFlight"_s, tr("In flight"), preset, &OutboxSettings::inFlight),
        textField<OutboxSettings>(
            u"published"_s,
            tr("Published"),
            tr("empty: what has no other state"),
            &OutboxSettings::published),
        textField<OutboxSettings>(
            u"markPublished"_s,
            tr("Mark published"),
            tr("from the preset; SET …, or DELETE"),
            &OutboxSettings::markPublished),
        textField<OutboxSettings>(u"dead"_s, tr("Dead"), preset, &OutboxSettings::dead),
        textField<OutboxSettings>(
            u"deadTable"_s, tr("Dead letters' table"), preset, &OutboxSettings::deadTable),
    };
}

} // namespace

OutboxMappingPage::OutboxMappingPage(WizardState& state, QWidget* parent)
    : WizardPage(
        state,
        tr("Outbox"),
        tr("Which table holds the events that are to be sent? Choose one, look at the reasons, and "
           "change what is not right."),
        parent)
    , m_list(new QListWidget(this))
    , m_none(new Label(this, Label::Style::Body, Tone::Warning))
    , m_reasons(new ReasonsView(this))
    , m_form(new SettingsForm<OutboxSettings>(
          fields(), [this] { take(); }, this))
{
    m_list->setObjectName(u"outboxProposals"_s);
    m_list->setAccessibleName(tr("Tables that can be the outbox"));
    m_list->setMaximumHeight(96);
    m_none->setObjectName(u"noOutbox"_s);
    m_none->setWordWrap(true);
    m_none->setText(tr("No table of this database looks like an outbox. Name it below: preset "
                       "custom, and every column."));
    auto* inner = new QWidget;
    auto* rows = new QVBoxLayout(inner);
    rows->setContentsMargins(0, 0, 12, 0);
    rows->setSpacing(12);
    rows->addWidget(m_reasons);
    rows->addWidget(m_form);
    rows->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(inner);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addWidget(m_list);
    column->addWidget(m_none);
    column->addWidget(scroll, 1);
    connect(m_list, &QListWidget::currentRowChanged, this, &OutboxMappingPage::choose);
}

void OutboxMappingPage::enter()
{
    m_proposals = proposeOutboxes(state().evidence);
    m_list->clear();
    for (const OutboxProposal& proposal : m_proposals)
        m_list->addItem(format::oneLine(proposal.title));
    m_list->setVisible(!m_proposals.isEmpty());
    m_none->setVisible(m_proposals.isEmpty());
    if (m_proposals.isEmpty()) {
        OutboxSettings own;
        own.dsn = state().profile.outbox.dsn;
        own.preset = u"custom"_s;
        m_form->present(own);
        m_reasons->present({}, {});
        take();
    } else {
        m_list->setCurrentRow(0);
    }
}

bool OutboxMappingPage::isReady() const
{
    return !state().profile.outbox.table.isEmpty();
}

void OutboxMappingPage::choose(int index)
{
    if (index < 0 || index >= m_proposals.size())
        return;
    // The streams may know the events by another id than the table's own.
    const BrokerProposal messages =
        proposeMessages(state().evidence, m_proposals.at(index).settings, state().profile.broker);
    const OutboxProposal proposal =
        alignedWith(m_proposals.at(index), state().evidence, messages.settings);
    m_reasons->present(proposal.reasons, proposal.doubts);
    m_form->present(proposal.settings);
    take();
}

void OutboxMappingPage::take()
{
    state().profile.outbox = m_form->settings();
    emit readyChanged();
}

} // namespace outboard
