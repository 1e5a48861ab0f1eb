// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/incidentcomparedialog.h"

#include "parts/fileprompt.h"
#include "parts/label.h"
#include "services/incidentsnapshot.h"
#include "services/snapshotcompare.h"
#include "theme.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

IncidentCompareDialog::IncidentCompareDialog(QJsonObject before, QJsonObject after, QWidget* parent)
    : QDialog(parent)
    , m_before(std::move(before))
    , m_after(std::move(after))
    , m_problem(new Label(this, Label::Style::Body, Tone::Critical))
    , m_text(new QPlainTextEdit(this))
{
    setObjectName(u"incidentCompareDialog"_s);
    setWindowTitle(tr("What changed"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(760, 520);
    m_problem->hide();
    m_text->setObjectName(u"comparison"_s);
    m_text->setAccessibleName(tr("What changed"));
    m_text->setReadOnly(true);
    m_text->setFont(monoFont());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    auto* other =
        buttons->addButton(tr("Compare with another file…"), QDialogButtonBox::ActionRole);
    copy->setObjectName(u"copyComparison"_s);
    other->setObjectName(u"chooseOther"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(m_problem);
    layout->addWidget(m_text, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text->toPlainText());
    });
    connect(other, &QPushButton::clicked, this, [this] {
        askOpenPath(
            this,
            tr("The later incident snapshot"),
            {tr("Incident snapshots (*.html *.json)")},
            [this](const QString& path) { showFile(path); });
    });
    redraw();
}

void IncidentCompareDialog::showFile(const QString& path)
{
    const auto after = readIncident(path);
    m_problem->setVisible(!after);
    if (!after) {
        m_problem->setText(after.error().what);
        return;
    }
    m_after = *after;
    redraw();
}

void IncidentCompareDialog::redraw()
{
    m_text->setPlainText(comparisonText(compareIncidents(m_before, m_after)));
}

} // namespace outboard
