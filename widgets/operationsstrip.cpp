// SPDX-License-Identifier: GPL-3.0-or-later
#include "operationsstrip.h"

#include "operationrow.h"
#include "services/session.h"
#include "theme.h"

#include <QPainter>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

OperationsStrip::OperationsStrip(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_rows(new QVBoxLayout(this))
{
    setObjectName(u"operationsStrip"_s);
    setAccessibleName(tr("Running operations"));
    m_rows->setContentsMargins(0, 1, 0, 0);
    m_rows->setSpacing(0);
    for (Operation* operation : session.operations())
        add(operation);
    connect(&session, &Session::operationStarted, this, &OperationsStrip::add);
    setVisible(m_rows->count() > 0);
}

void OperationsStrip::add(Operation* operation)
{
    auto* row = new OperationRow(operation, this);
    m_rows->insertWidget(0, row); // The newest on top, next to what was just clicked.
    show();
    const auto remove = [this, row] {
        m_rows->removeWidget(row);
        row->deleteLater();
        setVisible(m_rows->count() > 0);
    };
    connect(
        row, &OperationRow::dismissed, this, [this, operation] { m_session.dismiss(operation); });
    connect(operation, &QObject::destroyed, row, remove);
}

void OperationsStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), currentTheme().surface);
    painter.fillRect(QRect(0, 0, width(), 1), currentTheme().border);
}

} // namespace outboard
