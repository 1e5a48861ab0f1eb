// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/connectpage.h"

#include "core/onanswer.h"
#include "parts/buttonlook.h"
#include "parts/label.h"
#include "services/mapping/mappingdesk.h"
#include "text/format.h"

#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

ConnectPage::ConnectPage(WizardState& state, MappingDesk& desk, QWidget* parent)
    : WizardPage(
        state,
        tr("Servers"),
        tr("Outboard only reads here. Passwords go to the system's keychain, never into the "
           "profile."),
        parent)
    , m_desk(desk)
    , m_test(new QPushButton(tr("Test connections"), this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 3);
    grid->setColumnStretch(2, 1);
    m_outbox =
        addServer(*grid, u"outbox"_s, tr("Outbox database"), u"postgresql://user@host:5432/shop"_s);
    m_broker = addServer(*grid, u"broker"_s, tr("Broker"), u"redis://host:6379/0"_s);
    m_ledgers = addServer(
        *grid,
        u"ledgers"_s,
        tr("Ledgers elsewhere"),
        tr("another database with ledgers; empty: none"));
    for (Server* server : {&m_outbox, &m_broker, &m_ledgers})
        follow(*server);
    m_test->setObjectName(u"testConnections"_s);
    m_test->setAutoDefault(false);
    setLook(*m_test, ButtonLook::Primary);
    connect(m_test, &QPushButton::clicked, this, &ConnectPage::test);
    grid->addWidget(m_test, grid->rowCount(), 1, Qt::AlignLeft);
    grid->setRowStretch(grid->rowCount(), 1);
    update();
}

ConnectPage::Server ConnectPage::addServer(
    QGridLayout& grid, const QString& source, const QString& title, const QString& example)
{
    Server server;
    server.source = source;
    server.address = new QLineEdit;
    server.address->setObjectName(source + u"Address"_s);
    server.address->setAccessibleName(title);
    server.address->setPlaceholderText(example);
    server.password = new QLineEdit;
    server.password->setObjectName(source + u"Password"_s);
    server.password->setAccessibleName(tr("Password of %1").arg(title));
    server.password->setPlaceholderText(tr("password, if any"));
    server.password->setEchoMode(QLineEdit::Password);
    server.result = new Label(this, Label::Style::Small, Tone::Muted);
    server.result->setObjectName(source + u"Result"_s);
    server.result->setWordWrap(true);
    auto* label = new Label(this);
    label->setText(title);
    label->setBuddy(server.address);
    const int row = grid.rowCount();
    grid.addWidget(label, row, 0);
    grid.addWidget(server.address, row, 1);
    grid.addWidget(server.password, row, 2);
    grid.addWidget(server.result, row + 1, 1, 1, 2);
    return server;
}

void ConnectPage::follow(Server& server)
{
    for (QLineEdit* line : {server.address, server.password}) {
        connect(line, &QLineEdit::textEdited, this, [this, &server] { forget(server); });
        connect(line, &QLineEdit::returnPressed, this, &ConnectPage::test);
    }
}

bool ConnectPage::isReady() const
{
    const bool needsLedgers = !m_ledgers.address->text().trimmed().isEmpty();
    return m_outbox.isFine && m_broker.isFine && (m_ledgers.isFine || !needsLedgers);
}

void ConnectPage::test()
{
    state().evidence = {};
    state().evidence.databases.resize(1);
    testDatabase(m_outbox, 0);
    testBroker();
    if (!m_ledgers.address->text().trimmed().isEmpty())
        testDatabase(m_ledgers, 1);
}

void ConnectPage::testDatabase(Server& server, qsizetype place)
{
    begin(server);
    const QString dsn = server.address->text().trimmed();
    if (place == 0)
        state().profile.outbox.dsn = dsn;
    const auto answer = m_desk.lookAtDatabase(dsn, state().password(server.source));
    onAnswer(
        answer,
        this,
        [this, &server, place, asked = server.asked](const Result<SampledDatabase>& database) {
            if (asked != server.asked)
                return;
            if (!database) {
                show(server, database.error().what, false);
                return;
            }
            auto& databases = state().evidence.databases;
            databases.resize(std::max(databases.size(), place + 1));
            databases[place] = *database;
            show(
                server,
                tr("Connected: %1 tables may be read, %2 of them look like outboxes or ledgers.")
                    .arg(database->seen)
                    .arg(database->tables.size()),
                true);
        });
}

void ConnectPage::testBroker()
{
    begin(m_broker);
    state().profile.broker.url = m_broker.address->text().trimmed();
    const auto answer =
        m_desk.lookAtBroker(state().profile.broker, state().password(m_broker.source));
    onAnswer(answer, this, [this, asked = m_broker.asked](const Result<SampledBroker>& broker) {
        if (asked != m_broker.asked)
            return;
        if (!broker) {
            show(m_broker, broker.error().what, false);
            return;
        }
        state().evidence.broker = *broker;
        show(m_broker, tr("Connected. Streams found: %1.").arg(broker->streams.size()), true);
    });
}

void ConnectPage::begin(Server& server)
{
    ++server.asked;
    server.isFine = false;
    server.isUnderWay = true;
    state().passwords.insert(server.source, server.password->text());
    server.result->setTone(Tone::Muted);
    server.result->setText(tr("Connecting…"));
    update();
}

void ConnectPage::show(Server& server, const QString& text, bool isFine)
{
    server.isFine = isFine;
    server.isUnderWay = false;
    server.result->setTone(isFine ? Tone::Good : Tone::Critical);
    server.result->setText(format::oneLine(text, 600));
    update();
}

/// What was found belongs to another address.
void ConnectPage::forget(Server& server)
{
    ++server.asked;
    server.isFine = false;
    server.isUnderWay = false;
    server.result->clear();
    update();
}

void ConnectPage::update()
{
    const bool isNamed = !m_outbox.address->text().trimmed().isEmpty()
                         && !m_broker.address->text().trimmed().isEmpty();
    m_test->setEnabled(
        isNamed && !m_outbox.isUnderWay && !m_broker.isUnderWay && !m_ledgers.isUnderWay);
    emit readyChanged();
}

} // namespace outboard
