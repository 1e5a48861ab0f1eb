// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/findingslist.h"

#include "panels/findingrow.h"
#include "parts/buttonlook.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

FindingsList::FindingsList(QWidget* parent)
    : Card(parent)
    , m_column(new QVBoxLayout(this))
    , m_more(new QPushButton(this))
{
    setObjectName(u"findings"_s);
    setAccessibleName(tr("Findings"));
    m_column->setContentsMargins(0, 3, 0, 3);
    m_column->setSpacing(0);
    m_column->addWidget(m_more, 0, Qt::AlignLeft);
    m_column->addStretch();
    m_more->setObjectName(u"moreFindings"_s);
    setLook(*m_more, ButtonLook::Quiet);
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_isOpen = !m_isOpen;
        redraw();
    });
}

void FindingsList::show(const QList<Finding>& findings, TimePoint now)
{
    m_findings = findings;
    m_now = now;
    redraw();
}

void FindingsList::setRoom(qsizetype rows)
{
    if (rows == m_room)
        return;
    m_room = rows;
    redraw();
}

void FindingsList::setCanMute(bool canMute)
{
    m_canMute = canMute;
}

void FindingsList::addRow()
{
    auto* row = new FindingRow(this);
    connect(row, &FindingRow::chosen, this, &FindingsList::chosen);
    connect(row, &FindingRow::muteWanted, this, &FindingsList::muteWanted);
    connect(row, &FindingRow::openWanted, this, [this](const QString& id, bool isOpen) {
        if (isOpen)
            m_openRows.insert(id);
        else
            m_openRows.remove(id);
        redraw();
    });
    m_column->insertWidget(int(m_rows.size()), row);
    m_rows.push_back(row);
}

void FindingsList::redraw()
{
    setVisible(!m_findings.isEmpty());
    // A fold that hides one row takes as much room as the row.
    const bool canFold = m_findings.size() > m_room + 1;
    const auto shown = size_t(canFold && !m_isOpen ? m_room : m_findings.size());
    while (m_rows.size() < shown)
        addRow();
    for (size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i]->setVisible(i < shown);
        if (i >= shown)
            continue;
        const Finding& finding = m_findings.at(qsizetype(i));
        m_rows[i]->show(finding, m_now, m_openRows.contains(finding.id), m_canMute);
    }
    m_more->setVisible(canFold);
    m_more->setText(
        m_isOpen ? tr("Show fewer") : tr("Show %1 more").arg(m_findings.size() - m_room));
}

} // namespace outboard
