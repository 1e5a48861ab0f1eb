// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/time.h"

#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <chrono>
#include <optional>

namespace outboard {

/// Standard output and standard error of one command. With --json, standard output is exactly one
/// document, whatever happens; everything else goes to standard error.
class Output
{
public:
    enum class Mode { Text, Json, JsonLines };

    explicit Output(Mode mode);
    ~Output();
    Q_DISABLE_COPY_MOVE(Output)

    bool isText() const { return m_mode == Mode::Text; }

    /// The one document. Does nothing in the other modes.
    void document(const QJsonValue& value);

    /// A list that is printed as it comes in: the elements of the one document with --json, lines
    /// with
    /// --jsonl, nothing for text.
    void beginList();
    void item(const QJsonObject& object);
    void endList();

    /// Text for the operator's eyes; nothing in the JSON modes.
    void text(const QString& text);

    /// For a command that goes on after it printed.
    void flush();

    /// One sentence on standard error.
    void message(const QString& sentence);

    /// The sentence on standard error, with the server's own words; and, if no document was printed
    /// yet, {"error": {"kind", "message"}} as the document.
    void error(const Error& error);

    /// A line that overwrites itself, when standard error is a terminal.
    void progress(qint64 done, std::optional<qint64> total);
    void endProgress();

private:
    void write(const QByteArray& bytes);

    Mode m_mode;
    bool m_hasDocument = false;
    bool m_isInList = false;
    bool m_hasItems = false;
    bool m_hasProgress = false;
    std::chrono::steady_clock::time_point m_lastProgress;
};

} // namespace outboard
