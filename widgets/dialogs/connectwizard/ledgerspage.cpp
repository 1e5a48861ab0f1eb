// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/ledgerspage.h"

#include "dialogs/connectwizard/reasonsview.h"
#include "parts/label.h"
#include "text/format.h"

#include <QListWidget>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return LedgersPage::tr(text);
}

QStringList wordsOf(const QString& text)
{
    QStringList words;
    for (const QString& part : text.split(u',')) {
        if (!part.trimmed().isEmpty())
            words << part.trimmed();
    }
    return words;
}

std::optional<Milliseconds> durationOf(const QString& text)
{
    const auto duration = parseDuration(text);
    return text.isEmpty() || !duration ? std::nullopt : std::optional(*duration);
}

QList<SettingsField<LedgerSettings>> fields()
{
    return {
        textField<LedgerSettings>(u"ledgerTable"_s, tr("Table"), {}, &LedgerSettings::table),
        textField<LedgerSettings>(u"ledgerEventId"_s, tr("Event id"), {}, &LedgerSettings::eventId),
        textField<LedgerSettings>(
            u"ledgerConsumer"_s,
            tr("Consumer column"),
            tr("holds the group's name; empty: the table serves one service"),
            &LedgerSettings::consumer),
        textField<LedgerSettings>(
            u"ledgerDone"_s,
            tr("Done"),
            tr("a condition; empty: the row's existence means done"),
            &LedgerSettings::done),
        {u"ledgerGroups"_s,
         tr("Groups"),
         tr("whose events it records, with commas; empty: all"),
         [](const LedgerSettings& settings) { return settings.groups.join(u", "_s); },
         [](LedgerSettings& settings, const QString& text) { settings.groups = wordsOf(text); }},
        {u"ledgerRetention"_s,
         tr("Kept for"),
         tr("such as 30d; older rows may have been swept; empty: for ever"),
         [](const LedgerSettings& settings) {
             return settings.retention ? durationText(*settings.retention) : QString();
         },
         [](LedgerSettings& settings, const QString& text) {
             settings.retention = durationOf(text);
         }},
    };
}

} // namespace

LedgersPage::LedgersPage(WizardState& state, QWidget* parent)
    : WizardPage(
        state,
        tr("Ledgers"),
        tr("Where do the consumers note what they have processed? Without a ledger Outboard cannot "
           "tell whether an event was handled."),
        parent)
    , m_list(new QListWidget(this))
    , m_none(new Label(this, Label::Style::Body, Tone::Muted))
    , m_reasons(new ReasonsView(this))
    , m_form(new SettingsForm<LedgerSettings>(
          fields(), [this] { take(); }, this))
{
    m_list->setObjectName(u"ledgerProposals"_s);
    m_list->setAccessibleName(tr("Ledgers"));
    m_list->setMaximumHeight(120);
    m_none->setObjectName(u"noLedger"_s);
    m_none->setWordWrap(true);
    m_none->setText(tr("No table looks like a ledger. If the consumers keep one in another "
                       "database, go back and name it."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addWidget(m_none);
    column->addWidget(m_list);
    column->addWidget(m_reasons);
    column->addWidget(m_form);
    column->addStretch();
    connect(m_list, &QListWidget::currentRowChanged, this, &LedgersPage::choose);
    connect(m_list, &QListWidget::itemChanged, this, &LedgersPage::take);
}

void LedgersPage::enter()
{
    m_proposals = proposeLedgers(state().evidence, state().profile.outbox);
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const LedgerProposal& proposal : m_proposals) {
            auto* item = new QListWidgetItem(format::oneLine(proposal.title), m_list);
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(Qt::Checked);
        }
    }
    m_none->setVisible(m_proposals.isEmpty());
    m_list->setVisible(!m_proposals.isEmpty());
    m_form->setVisible(!m_proposals.isEmpty());
    m_reasons->setVisible(!m_proposals.isEmpty());
    if (!m_proposals.isEmpty())
        m_list->setCurrentRow(0);
    choose(m_list->currentRow());
    take();
}

void LedgersPage::choose(int index)
{
    if (index < 0 || index >= m_proposals.size())
        return;
    const LedgerProposal& proposal = m_proposals.at(index);
    m_reasons->present(proposal.reasons, proposal.doubts);
    m_form->present(proposal.settings);
}

void LedgersPage::take()
{
    const int current = m_list->currentRow();
    if (current >= 0 && current < m_proposals.size())
        m_proposals[current].settings = m_form->settings();
    state().profile.ledgers.clear();
    for (qsizetype i = 0; i < m_proposals.size(); ++i) {
        if (m_list->item(int(i))->checkState() == Qt::Checked)
            state().profile.ledgers << m_proposals.at(i).settings;
    }
    emit readyChanged();
}

} // namespace outboard
