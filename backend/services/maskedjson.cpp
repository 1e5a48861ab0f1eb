// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/maskedjson.h"

#include "services/jsonstring.h"

#include <QStringList>

namespace outboard {

namespace {

constexpr int maxDepth = 100;
/// JSON in a string in JSON in a string: deeper than this the string is hidden.
constexpr int maxNested = 4;

const QByteArray dots = "\"\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\"";

bool isSpace(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool isOfWord(char letter)
{
    return isDigit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
           || letter == '+' || letter == '-' || letter == '.';
}

/// Copies a JSON text piece by piece and hides what is to be hidden on the way.
class Masker
{
public:
    Masker(QByteArrayView in, const FieldPatterns& patterns, int nested)
        : m_in(in)
        , m_patterns(patterns)
        , m_nested(nested)
    {}

    MaskedJson run()
    {
        skipSpace();
        const bool isContainer = !atEnd() && (here() == '{' || here() == '[');
        End end = isContainer ? value(0, false) : End::Wrong;
        skipSpace();
        if (end == End::Good && !atEnd())
            end = End::Wrong;
        return {std::move(m_out), m_hidden, end != End::Wrong};
    }

private:
    enum class End { Good, Early, Wrong };

    bool atEnd() const { return m_at >= m_in.size(); }

    char here() const { return m_in[m_at]; }

    void copy() { m_out += m_in[m_at++]; }

    void skipSpace()
    {
        while (!atEnd() && isSpace(here()))
            copy();
    }

    void hide()
    {
        m_out += dots;
        ++m_hidden;
    }

    /// The next character when it is one of these, copied; Early or Wrong otherwise.
    End expect(char first, char second, char& found)
    {
        skipSpace();
        if (atEnd())
            return End::Early;
        found = here();
        if (found != first && found != second)
            return End::Wrong;
        copy();
        return End::Good;
    }

    End value(int depth, bool isHidden)
    {
        skipSpace();
        if (atEnd())
            return End::Early;
        if (here() == '{')
            return object(depth + 1, isHidden);
        if (here() == '[')
            return list(depth + 1, isHidden);
        return here() == '"' ? string(isHidden) : word(isHidden);
    }

    End object(int depth, bool isHidden)
    {
        if (depth > maxDepth)
            return End::Wrong;
        copy();
        skipSpace();
        if (!atEnd() && here() == '}') {
            copy();
            return End::Good;
        }
        for (;;) {
            if (const End end = member(depth, isHidden); end != End::Good)
                return end;
            char found = 0;
            if (const End end = expect(',', '}', found); end != End::Good || found == '}')
                return end;
        }
    }

    End member(int depth, bool isHidden)
    {
        skipSpace();
        if (atEnd())
            return End::Early;
        QByteArrayView name;
        if (const End end = scanString(name); end != End::Good) {
            m_out += m_in.sliced(m_at);
            m_at = m_in.size();
            return end;
        }
        m_out += '"' + name.toByteArray() + '"';
        char colon = 0;
        if (const End end = expect(':', ':', colon); end != End::Good)
            return end;
        m_path.append(FieldPatterns::normalised(QString::fromUtf8(unescapedJson(name))));
        const End end = value(depth, isHidden || m_patterns.fits(m_path));
        m_path.removeLast();
        return end;
    }

    End list(int depth, bool isHidden)
    {
        if (depth > maxDepth)
            return End::Wrong;
        copy();
        skipSpace();
        if (!atEnd() && here() == ']') {
            copy();
            return End::Good;
        }
        for (;;) {
            if (const End end = value(depth, isHidden); end != End::Good)
                return end;
            char found = 0;
            if (const End end = expect(',', ']', found); end != End::Good || found == ']')
                return end;
        }
    }

    /// Moves past a string; `inside` is what stands between its quotes, or what there is of it.
    End scanString(QByteArrayView& inside)
    {
        if (here() != '"')
            return End::Wrong;
        const qsizetype start = m_at + 1;
        for (qsizetype at = start; at < m_in.size(); ++at) {
            if (static_cast<unsigned char>(m_in[at]) < 0x20)
                return End::Wrong;
            if (m_in[at] == '\\') {
                ++at;
            } else if (m_in[at] == '"') {
                inside = m_in.sliced(start, at - start);
                m_at = at + 1;
                return End::Good;
            }
        }
        inside = m_in.sliced(start);
        return End::Early;
    }

    End string(bool isHidden)
    {
        QByteArrayView inside;
        const End end = scanString(inside);
        if (end == End::Wrong)
            return end;
        if (end == End::Early)
            m_at = m_in.size();
        if (isHidden)
            hide();
        else
            showString(inside, end);
        return end;
    }

    void showString(QByteArrayView inside, End end)
    {
        const QByteArray text = unescapedJson(inside);
        const QByteArray trimmed = text.trimmed();
        if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) {
            m_out += '"' + inside.toByteArray();
            if (end == End::Good)
                m_out += '"';
            return;
        }
        const MaskedJson held = m_nested < maxNested ? Masker(text, m_patterns, m_nested + 1).run()
                                                     : MaskedJson{{}, 0, false};
        if (!held.isJson) {
            hide();
            return;
        }
        m_hidden += held.hidden;
        m_out +=
            held.hidden == 0 ? QByteArray('"' + inside.toByteArray() + '"') : quotedJson(held.text);
    }

    /// Numbers, true, false, null, and the NaN that Python writes.
    End word(bool isHidden)
    {
        const qsizetype start = m_at;
        while (!atEnd() && isOfWord(here()))
            ++m_at;
        const QByteArrayView word = m_in.sliced(start, m_at - start);
        if (word.isEmpty() || !isKnown(word))
            return End::Wrong;
        if (isHidden && word != QByteArrayView("null"))
            hide();
        else
            m_out += word;
        return atEnd() ? End::Early : End::Good;
    }

    /// A number, or the beginning of a word where the text ends with it.
    bool isKnown(QByteArrayView word) const
    {
        for (const QByteArrayView known :
             {"true", "false", "null", "NaN", "Infinity", "-Infinity"}) {
            if (word == known || (atEnd() && known.startsWith(word)))
                return true;
        }
        bool isNumber = false;
        word.toByteArray().toDouble(&isNumber);
        return isNumber || (atEnd() && (word.front() == '-' || isDigit(word.front())));
    }

    QByteArrayView m_in;
    const FieldPatterns& m_patterns;
    int m_nested;
    qsizetype m_at = 0;
    qsizetype m_hidden = 0;
    QByteArray m_out;
    QStringList m_path;
};

} // namespace

MaskedJson maskedJson(QByteArrayView json, const FieldPatterns& patterns)
{
    return Masker(json, patterns, 0).run();
}

} // namespace outboard
