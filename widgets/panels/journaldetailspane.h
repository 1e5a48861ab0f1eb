// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"

#include <QWidget>

class QListView;
class QStackedWidget;
class QStringListModel;

namespace outboard {

class EmptyState;
class FactsView;
class Label;
class Session;

/// One entry of the journal, whole: result and hash, the ids, the commands.
class JournalDetailsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit JournalDetailsPane(Session& session, QWidget* parent = nullptr);

    /// Reads and shows the entry; nullopt empties the pane. The same entry is read again only when
    /// it changed.
    void show(const std::optional<JournalEntry>& entry);

private:
    struct List
    {
        Label* title = nullptr;
        QStringListModel* lines = nullptr;
        QListView* view = nullptr;
    };

    List addList(const QString& name, const QString& accessibleName);
    void present(const Result<JournalDetails>& details);
    static void fill(const List& list, const QString& title, const QStringList& lines);

    Session& m_session;
    std::optional<JournalEntry> m_entry;
    QStackedWidget* m_stack;
    QWidget* m_columns;
    EmptyState* m_empty;
    FactsView* m_facts;
    List m_ids;
    List m_commands;
    int m_asked = 0;
};

} // namespace outboard
