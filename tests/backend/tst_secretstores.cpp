// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/keychainsecrets.h"
#include "settings/secretstores.h"
#include "support/printers.h"

#include <QTest>

namespace outboard {

using namespace Qt::StringLiterals;

class TestSecretStores : public QObject
{
    Q_OBJECT

private slots:

    void initTestCase()
    {
        // No session bus: the keychain must be absent, whatever the machine offers.
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        qunsetenv("REDISCLI_AUTH");
    }

    void askedSecretsAreKeptForTheSession()
    {
        MemorySecrets secrets;
        QCOMPARE(secrets.find(u"shop/outbox"_s).has_value(), false);
        secrets.insert(u"shop/outbox"_s, u"typed"_s);
        QCOMPARE(secrets.find(u"shop/outbox"_s).value(), u"typed"_s);
        QCOMPARE(secrets.find(u"shop/broker"_s).has_value(), false);
    }

    void theEnvironmentKnowsTheBrokersPasswordOnly()
    {
        const EnvironmentSecrets secrets;
        QCOMPARE(secrets.find(u"shop/broker"_s).has_value(), false);
        qputenv("REDISCLI_AUTH", "from-environment");
        QCOMPARE(secrets.find(u"shop/broker"_s).value(), u"from-environment"_s);
        QCOMPARE(secrets.find(u"shop/outbox"_s).has_value(), false);
        qunsetenv("REDISCLI_AUTH");
    }

    void theFirstStoreThatKnowsWins()
    {
        auto first = std::make_shared<MemorySecrets>();
        auto second = std::make_shared<MemorySecrets>();
        second->insert(u"k"_s, u"second"_s);
        const SecretChain chain({first, second});
        QCOMPARE(chain.find(u"k"_s).value(), u"second"_s);
        first->insert(u"k"_s, u"first"_s);
        QCOMPARE(chain.find(u"k"_s).value(), u"first"_s);
        QCOMPARE(chain.find(u"other"_s).has_value(), false);
    }

    void withoutAKeychainNothingIsFoundAndStoringSaysWhatToDo()
    {
        KeychainSecrets keychain;
        QCOMPARE(keychain.find(u"shop/outbox"_s).has_value(), false);
        QCOMPARE(keychain.find(u"shop/broker"_s).has_value(), false);
        const auto stored = keychain.store(u"shop/outbox"_s, u"s3cr3t-word"_s);
        QVERIFY_ERROR(stored, Error::Kind::Refused);
        QVERIFY(stored.error().what.contains(u"keychain"_s));
        QVERIFY(!describe(stored.error()).contains("s3cr3t-word"));
    }
};

} // namespace outboard

QTEST_GUILESS_MAIN(outboard::TestSecretStores)
#include "tst_secretstores.moc"
