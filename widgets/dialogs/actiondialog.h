// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/result.h"
#include "theme.h"

#include <QDialog>
#include <QFuture>
#include <QStringList>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace outboard {

class Label;

class Session;

/// What every confirmation of an action has: the count, what will happen, the equivalent command
/// line, the SQL and broker commands, and friction that grows with size. Nothing runs while the
/// write lock is closed. Subclasses fill the form, describe the action and start it.
class ActionDialog : public QDialog
{
    Q_OBJECT

signals:
    /// Accepted: the action was started and shows up among the running operations.
    void started();

protected:
    ActionDialog(Session& session, const QString& title, QWidget* parent);

    Session& session() const { return m_session; }

    QFormLayout* form() const { return m_form; }

    /// A widget above the form, e.g. a preview table.
    void addWide(QWidget* widget);

    /// One sentence with the number in it, and what it acts on.
    void setHeadline(const QString& text);
    /// What will be true afterwards, and what will not. Shown with the tone's background.
    void setEffect(const QString& text, Tone tone);
    /// How many are affected; drives the typed confirmation. Unknown must be typed as "all".
    void setCount(const Count& count);
    /// The button's words, e.g. "Relay 500 rows".
    void setVerb(const QString& text);
    void setCommandLine(const QString& text);
    /// SQL and broker commands, asked from the session; a late answer of an earlier call is
    /// dropped.
    void setCommands(const QFuture<Result<QStringList>>& commands);
    /// Why it cannot run now; empty when it can.
    void setObstacle(const QString& text);

    /// Starts the action. Called once, with the lock open and the confirmation given.
    virtual void run() = 0;

private:
    void buildPreview(QVBoxLayout* layout);
    void buildConfirmation(QVBoxLayout* layout);
    void updateButtons();
    QString expectedText() const;
    bool needsTyping() const;
    void unlock();

    Session& m_session;
    Count m_count = Count::exact(0);
    QString m_obstacle;
    int m_commandsAsked = 0;
    QLabel* m_headline;
    Label* m_effect;
    QVBoxLayout* m_wide;
    QFormLayout* m_form;
    QPlainTextEdit* m_commandLine = nullptr;
    QPlainTextEdit* m_commands = nullptr;
    QWidget* m_typedRow = nullptr;
    QLabel* m_typedLabel = nullptr;
    QLineEdit* m_typed = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_unlock = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace outboard
