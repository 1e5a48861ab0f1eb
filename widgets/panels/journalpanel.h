// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

class QAction;
class QComboBox;

namespace outboard {

class Banner;
class JournalDetailsPane;
class JournalModel;
class JournalReader;
class TablePane;
enum class JournalFormat;
struct JournalFilter;

/// The journal: who did what when, to which ids, with which commands and result; and whether its
/// chain is whole.
class JournalPanel final : public Panel
{
    Q_OBJECT

public:
    explicit JournalPanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    QList<QAction*> panelActions() const override;

    /// Writes the entries that pass the filter; tells the host how it ended.
    void exportTo(const QString& path, JournalFormat format);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildFilter();
    void buildActions();
    JournalFilter filter() const;
    void applyFilter();
    void showEntries();
    void showEntry();
    void showEmpty();
    void showCheck();
    void showBadge();
    void lose(const Error& error);
    void askExport(JournalFormat format);
    bool hasFilter() const;

    JournalModel* m_model;
    JournalReader* m_reader;
    TablePane* m_pane;
    JournalDetailsPane* m_details;
    Banner* m_banner;
    QComboBox* m_action = nullptr;
    QComboBox* m_time = nullptr;
    QComboBox* m_profile = nullptr;
    QList<QAction*> m_actions;
    std::optional<Error> m_lost; ///< Something was done without a result in the journal.
    TimePoint m_lookedAt;
};

} // namespace outboard
