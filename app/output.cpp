// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include "text.h"
#include "text/format.h"

#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>

#include <cstdio>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto progressEvery = 200ms;

QByteArray json(const QJsonValue& value, QJsonDocument::JsonFormat format)
{
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return document.toJson(format);
}

void writeError(const QByteArray& bytes)
{
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

} // namespace

Output::Output(Mode mode)
    : m_mode(mode)
{}

Output::~Output()
{
    endList();
    endProgress();
    std::fflush(stdout);
}

void Output::document(const QJsonValue& value)
{
    if (m_mode != Mode::Json)
        return;
    Q_ASSERT(!m_hasDocument);
    m_hasDocument = true;
    write(json(value, QJsonDocument::Indented));
}

void Output::item(const QJsonObject& object)
{
    if (m_mode == Mode::Text)
        return;
    const QByteArray line = json(object, QJsonDocument::Compact);
    if (m_mode == Mode::JsonLines) {
        write(line + '\n');
        return;
    }
    Q_ASSERT(m_isInList);
    write((m_hasItems ? ",\n" : "\n") + line);
    m_hasItems = true;
}

void Output::endList()
{
    if (m_isInList)
        write("\n]\n");
    m_isInList = false;
}

void Output::beginList()
{
    if (m_mode != Mode::Json || m_isInList)
        return;
    write("[");
    m_isInList = true;
    m_hasDocument = true;
}

void Output::text(const QString& text)
{
    if (m_mode == Mode::Text)
        write(text.toUtf8());
}

void Output::flush()
{
    std::fflush(stdout);
}

void Output::message(const QString& sentence)
{
    endProgress();
    writeError("outboard: " + format::oneLine(sentence, 2000).toUtf8() + '\n');
}

void Output::error(const Error& error)
{
    message(error.what);
    if (!error.detail.isEmpty())
        writeError("  " + format::oneLine(error.detail, 2000).toUtf8() + '\n');
    if (m_mode != Mode::Json || m_hasDocument)
        return;
    document(QJsonObject{
        {u"error"_s, QJsonObject{{u"kind"_s, kindName(error.kind)}, {u"message"_s, error.what}}}});
}

void Output::progress(qint64 done, std::optional<qint64> total)
{
    static const bool isTerminal = ::isatty(STDERR_FILENO) == 1;
    const auto now = std::chrono::steady_clock::now();
    if (!isTerminal || now - m_lastProgress < progressEvery)
        return;
    m_lastProgress = now;
    m_hasProgress = true;
    const QString text =
        total ? Text::tr("%1 of %2").arg(format::number(done), format::number(*total))
              : format::number(done);
    writeError("\r\033[K" + text.toUtf8());
}

void Output::endProgress()
{
    if (m_hasProgress)
        writeError("\r\033[K");
    m_hasProgress = false;
}

void Output::write(const QByteArray& bytes)
{
    endProgress();
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stdout);
}

} // namespace outboard
