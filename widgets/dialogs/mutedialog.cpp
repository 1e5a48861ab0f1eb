// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/mutedialog.h"

#include "parts/choice.h"
#include "parts/label.h"
#include "text/format.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array<Milliseconds, 4> lengths{1h, 8h, 24h, 7 * 24h};
constexpr int longestReason = 300;

} // namespace

MuteDialog::MuteDialog(const QString& about, QWidget* parent)
    : QDialog(parent)
    , m_reason(new QLineEdit)
    , m_length(new Choice(tr("How long"), {tr("1 h"), tr("8 h"), tr("24 h"), tr("7 d")}))
{
    setObjectName(u"muteDialog"_s);
    setWindowTitle(tr("Mute a finding"));
    setModal(true);
    setMinimumWidth(520);
    auto* title = new Label(this, Label::Style::Strong);
    title->setText(format::oneLine(about, 300));
    title->setWordWrap(true);
    auto* effect = new Label(this, Label::Style::Body, Tone::Muted);
    effect->setText(tr("It stays at the end of the list, greyed, and does not count. Kept on this "
                       "machine, for this profile; others see it as before."));
    effect->setWordWrap(true);
    m_reason->setObjectName(u"muteReason"_s);
    m_reason->setMaxLength(longestReason);
    m_reason->setPlaceholderText(tr("Why it is known, e.g. a ticket"));
    m_length->setObjectName(u"muteLength"_s);
    m_length->setCurrent(0);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* mute = buttons->addButton(tr("Mute"), QDialogButtonBox::AcceptRole);
    mute->setObjectName(u"muteAccept"_s);
    mute->setEnabled(false);
    auto* form = new QFormLayout;
    form->addRow(tr("Reason"), m_reason);
    form->addRow(tr("How long"), m_length);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(effect);
    layout->addLayout(form);
    layout->addWidget(buttons);
    connect(m_reason, &QLineEdit::textChanged, mute, [mute](const QString& reason) {
        mute->setEnabled(!reason.trimmed().isEmpty());
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit muted(m_reason->text().trimmed(), lengths.at(size_t(m_length->current())));
        accept();
    });
    m_reason->setFocus();
}

} // namespace outboard
