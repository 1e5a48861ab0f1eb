// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

namespace outboard {

class Label;

/// What speaks for a proposal, and what the operator has to check.
class ReasonsView final : public QWidget
{
    Q_OBJECT

public:
    explicit ReasonsView(QWidget* parent = nullptr);

    void present(const QStringList& reasons, const QStringList& doubts);

private:
    Label* m_reasons;
    Label* m_doubts;
};

} // namespace outboard
