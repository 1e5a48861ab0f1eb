// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal.h"

#include "text.h"
#include "text/format.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

void prompt(const QString& text)
{
    const QByteArray bytes = (format::escaped(text) + u' ').toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

/// One line of standard input. An interrupted read ends it: SIGINT must not be swallowed.
std::optional<QByteArray> readLine()
{
    QByteArray line;
    char character = 0;
    while (::read(STDIN_FILENO, &character, 1) == 1) {
        if (character == '\n')
            return line;
        line.append(character);
    }
    return std::nullopt;
}

/// Empty when interrupted.
QByteArray answer(const QString& question)
{
    prompt(question);
    const auto line = readLine();
    if (!line)
        std::fputc('\n', stderr);
    return line.value_or(QByteArray()).trimmed();
}

/// Switches the terminal's echo off for as long as it lives.
class Silence
{
public:
    Silence()
    {
        m_isValid = ::tcgetattr(STDIN_FILENO, &m_before) == 0;
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_isValid)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }

    ~Silence()
    {
        if (m_isValid)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    Q_DISABLE_COPY_MOVE(Silence)

private:
    termios m_before{};
    bool m_isValid = false;
};

} // namespace

bool Terminal::isInteractive() const
{
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

bool Terminal::confirm(const QString& question) const
{
    const QByteArray typed = answer(question + u' ' + Text::tr("[y/N]")).toLower();
    return typed == "y" || typed == "yes";
}

bool Terminal::confirmTyped(const QString& question, const QString& expected) const
{
    return answer(question + u' ' + Text::tr("To confirm, type %1:").arg(expected))
           == expected.toUtf8();
}

std::optional<QString> Terminal::password(const QString& text) const
{
    prompt(text);
    std::optional<QByteArray> line;
    {
        const Silence silence;
        line = readLine();
    }
    std::fputc('\n', stderr);
    if (!line || line->isEmpty())
        return std::nullopt;
    return QString::fromUtf8(*line);
}

} // namespace outboard
