// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/wizardpage.h"

class QPlainTextEdit;
class QTableWidget;

namespace outboard {

class Label;
class MappingDesk;
struct MappingPreview;

/// Five real rows through the mapping, and the SQL that Outboard will run.
class PreviewPage final : public WizardPage
{
    Q_OBJECT

public:
    PreviewPage(WizardState& state, MappingDesk& desk, QWidget* parent = nullptr);

    void enter() override;

    bool isReady() const override { return m_isFine; }

private:
    void present(const MappingPreview& preview);
    void fillRows(const MappingPreview& preview);

    MappingDesk& m_desk;
    Label* m_summary;
    QTableWidget* m_rows;
    QPlainTextEdit* m_sql;
    int m_asked = 0; ///< A late answer of an earlier visit is dropped.
    bool m_isFine = false;
};

} // namespace outboard
