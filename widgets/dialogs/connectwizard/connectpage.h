// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/wizardpage.h"

#include <QList>

class QGridLayout;
class QLineEdit;
class QPushButton;

namespace outboard {

class Label;
class MappingDesk;

/// Where the servers are. Each is tried by itself and says what was found or why it does not
/// answer.
class ConnectPage final : public WizardPage
{
    Q_OBJECT

public:
    ConnectPage(WizardState& state, MappingDesk& desk, QWidget* parent = nullptr);

    bool isReady() const override;

    /// Looks at every server that is named.
    void test();

private:
    /// One server: its address, its password, and what became of the attempt.
    struct Server
    {
        QString source; ///< "outbox", "broker", "ledgers"
        QLineEdit* address = nullptr;
        QLineEdit* password = nullptr;
        Label* result = nullptr;
        int asked = 0; ///< A late answer of an earlier attempt is dropped.
        bool isFine = false;
        bool isUnderWay = false;
    };

    Server addServer(
        QGridLayout& grid, const QString& source, const QString& title, const QString& example);
    void follow(Server& server);
    void testDatabase(Server& server, qsizetype place);
    void testBroker();
    void begin(Server& server);
    void show(Server& server, const QString& text, bool isFine);
    void forget(Server& server);
    void update();

    MappingDesk& m_desk;
    Server m_outbox;
    Server m_broker;
    Server m_ledgers;
    QPushButton* m_test;
};

} // namespace outboard
