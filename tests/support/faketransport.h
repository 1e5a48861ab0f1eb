// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redistransport.h"

#include <QByteArrayList>

#include <functional>

namespace outboard {

/// Replays bytes as if a server had sent them, cut wherever the script cuts them, and keeps what
/// was written to it. After the script it is silent, or closes.
class FakeTransport final : public RedisTransport
{
public:
    /// Shared with the test, because the session owns the transport.
    struct Script
    {
        QByteArrayList answers; ///< One piece for each read.
        bool closesAtEnd = false;
        QByteArray written;
        int writes = 0;
        std::function<void()> whenSilent; ///< Called by each read that finds nothing.
        bool isOpen = true;
    };

    explicit FakeTransport(std::shared_ptr<Script> script)
        : m_script(std::move(script))
    {}

    bool isOpen() const override { return m_script->isOpen; }

    void write(QByteArrayView bytes) override
    {
        m_script->written.append(bytes.data(), bytes.size());
        ++m_script->writes;
    }

    qint64 unsentBytes() const override { return 0; }

    void flush(Milliseconds) override {}

    QByteArray read(Milliseconds) override
    {
        if (!m_script->answers.isEmpty())
            return m_script->answers.takeFirst();
        if (m_script->closesAtEnd)
            m_script->isOpen = false;
        else if (m_script->whenSilent)
            m_script->whenSilent();
        return {};
    }

    void close() override { m_script->isOpen = false; }

    QString failure() const override { return QStringLiteral("the script ended"); }

private:
    std::shared_ptr<Script> m_script;
};

} // namespace outboard
