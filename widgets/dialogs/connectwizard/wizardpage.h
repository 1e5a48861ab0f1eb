// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/wizardstate.h"

#include <QString>
#include <QWidget>

namespace outboard {

/// One step of the wizard. Reads and writes the state that the wizard owns.
class WizardPage : public QWidget
{
    Q_OBJECT

public:
    WizardPage(WizardState& state, const QString& title, const QString& text, QWidget* parent)
        : QWidget(parent)
        , m_state(state)
        , m_title(title)
        , m_text(text)
    {}

    const QString& title() const { return m_title; }

    const QString& text() const { return m_text; }

    /// The operator came here from the page before; what it found may have changed.
    virtual void enter() {}

    /// Whether the next page makes sense.
    virtual bool isReady() const { return true; }

signals:
    void readyChanged();

protected:
    WizardState& state() { return m_state; }

    const WizardState& state() const { return m_state; }

private:
    WizardState& m_state;
    QString m_title;
    QString m_text;
};

} // namespace outboard
