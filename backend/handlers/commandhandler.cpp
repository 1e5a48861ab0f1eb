// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/commandhandler.h"

#include "handlers/childprocess.h"
#include "handlers/eventdocument.h"
#include "handlers/outsidewait.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <cerrno>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

class CommandHandler final : public Handler
{
public:
    CommandHandler(const HandlerSettings& settings, std::stop_token stop)
        : m_settings(settings)
        , m_program(format::oneLine(settings.command.first()))
        , m_stop(std::move(stop))
    {}

    QString name() const override { return m_settings.name; }

    Guard guard() const override { return Guard::Ledger; }

    bool isTransactional() const override { return false; }

    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override
    {
        for (const Event& event : events) {
            if (auto done = applyOne(event, transaction); !done)
                return done;
        }
        return {};
    }

    QStringList commands() const override
    {
        const QJsonDocument words(QJsonArray::fromStringList(m_settings.command));
        return {u"%1 < {\"event_id\": …, \"topic\": …, \"payload\": …}"_s.replace(
            u"%1"_s, QString::fromUtf8(words.toJson(QJsonDocument::Compact)))};
    }

private:
    Result<void> applyOne(const Event& event, SqlTransaction* transaction) const
    {
        OutsideWait wait(m_stop, transaction);
        if (wait.isStopAsked()) {
            return Error{
                Error::Kind::Cancelled,
                QCoreApplication::translate("outboard", "The run was stopped before its turn."),
                {}};
        }
        const ChildEnd end =
            runChild(m_settings.command, eventDocument(event), m_settings.timeout, [&wait] {
                return wait.goesOn();
            });
        if (end.kind == ChildEnd::Kind::Exited && end.code == 0)
            return {};
        return failure(end);
    }

    Error failure(const ChildEnd& end) const;

    /// What it said last, for the operator to see why; of much the end.
    static QString lastWords(const ChildEnd& end)
    {
        const QByteArray said = end.errorOutput.trimmed().isEmpty() ? end.output : end.errorOutput;
        const QByteArray words = said.trimmed();
        // An escaped byte takes up to eight characters.
        const QString line = format::oneLine(words, 8 * words.size());
        if (line.size() <= mostWords)
            return line.isEmpty() ? QString() : QString(u" \""_s + line + u'"');
        return u" \"…"_s + line.right(mostWords) + u'"';
    }

    static constexpr qsizetype mostWords = 300;

    HandlerSettings m_settings;
    QString m_program;
    std::stop_token m_stop;
};

Error CommandHandler::failure(const ChildEnd& end) const
{
    switch (end.kind) {
    case ChildEnd::Kind::NotStarted: {
        const QString what = QCoreApplication::translate(
            "outboard",
            "%1 could not be started (%2). Nothing ran. Check \"command\" of handler \"%3\".");
        return {
            end.code == ENOENT ? Error::Kind::Missing : Error::Kind::Refused,
            what.arg(m_program, end.text, m_settings.name),
            {}};
    }
    case ChildEnd::Kind::Exited: {
        const QString what =
            QCoreApplication::translate("outboard", "%1 ended with exit status %2.%3");
        return {
            Error::Kind::Refused,
            what.arg(m_program, QString::number(end.code), lastWords(end)),
            {}};
    }
    case ChildEnd::Kind::Crashed: {
        const QString what = QCoreApplication::translate(
            "outboard", "%1 was ended by signal %2 (%3): it may have applied the event.%4");
        return {
            Error::Kind::Conflict,
            what.arg(m_program, QString::number(end.code), end.text, lastWords(end)),
            {}};
    }
    case ChildEnd::Kind::TimedOut: {
        const QString what = QCoreApplication::translate(
            "outboard",
            "%1 did not end within %2 and was killed: it may have applied the event.%3");
        return {
            Error::Kind::Timeout,
            what.arg(m_program, durationText(m_settings.timeout), lastWords(end)),
            {}};
    }
    case ChildEnd::Kind::CutOff: break;
    }
    const QString what = QCoreApplication::translate(
        "outboard",
        "The run was stopped before %1 ended, and it was killed: it may have applied the event.%2");
    return {Error::Kind::Timeout, what.arg(m_program, lastWords(end)), {}};
}

} // namespace

Result<std::unique_ptr<Handler>> makeCommandHandler(
    const HandlerSettings& settings, std::stop_token stop)
{
    if (settings.command.value(0).isEmpty()) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard", "Handler \"%1\" names no program in \"command\". Correct the profile.")
                .arg(settings.name),
            {}};
    }
    return std::unique_ptr<Handler>(std::make_unique<CommandHandler>(settings, std::move(stop)));
}

} // namespace outboard
