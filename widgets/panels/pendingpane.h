// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/streamstreemodel.h"
#include "panel.h"
#include "services/session.h"

#include <QWidget>

#include <optional>
#include <vector>

class QAction;
class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace outboard {

class EmptyState;
class Label;
class PendingModel;
class TableView;

/// The pending entries of one group, or of one of its consumers, and what can be done with them.
class PendingPane final : public QWidget
{
    Q_OBJECT

public:
    explicit PendingPane(const PanelHost& host, QWidget* parent = nullptr);

    /// Which list to show, with the group's numbers of the last round; nullopt shows none.
    void setPlace(
        const std::optional<StreamsTreeModel::Place>& place,
        const std::optional<GroupState>& group);

    /// Reads what is shown again. A read that is still on its way is not overtaken.
    void refresh();
    /// Rows of a broker that does not answer stay, greyed.
    void setStale(bool isStale);

    void focusFilter();
    /// Shows only entries longer idle than the threshold, and opens the claim dialog for all of
    /// them.
    void claimStuck();

    /// Opens the dialog that acknowledges what the ledger has.
    void acknowledgeDone() { openAcknowledge(); }

    const QList<QAction*>& actions() const { return m_actions; }

private:
    void buildActions();
    QWidget* buildToolbar();
    PendingQuery query() const;
    void restart();
    void askPage(int asked, const EntryId& from, QList<PendingDetail> sofar);
    void takePage(int asked, const Result<PendingDetails>& page, QList<PendingDetail> sofar);
    void showRows(
        QList<PendingDetail> rows, const std::optional<EntryId>& next, const QString& note);
    void showEmpty(const QString& what, const QString& why);
    void updateFooter();
    void updateButtons();
    void filterByText();
    void inspectCurrent();
    QList<PendingDetail> selected() const;
    void openClaim();
    void openAcknowledge();
    void planReplay();

    PanelHost m_host;
    std::optional<StreamsTreeModel::Place> m_place;
    std::optional<GroupState> m_group;
    int m_asked = 0;
    bool m_isAsking = false;
    bool m_claimWhenRead = false;
    qint64 m_wanted;
    bool m_hasMore = false;
    QString m_note;
    PendingModel* m_model;
    TableView* m_table;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    Label* m_title;
    Label* m_footer;
    QComboBox* m_idle;
    QComboBox* m_deliveries;
    QLineEdit* m_text;
    QPushButton* m_more;
    QAction* m_claim = nullptr;
    QAction* m_acknowledge = nullptr;
    QAction* m_replay = nullptr;
    QList<QAction*> m_actions;
};

} // namespace outboard
