// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/prettyjson.h"

#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using End = PrettyJson::End;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isHexDigit(QChar c)
{
    const QChar lower(c.unicode() | 0x20);
    return isDigit(c) || (lower >= u'a' && lower <= u'f');
}

class Printer
{
public:
    explicit Printer(QStringView text)
        : m_text(text)
    {
        m_out.reserve(text.size() * 2);
    }

    PrettyJson print()
    {
        while (m_end == End::Complete && !isDone())
            step();
        return {m_out, m_end, m_at};
    }

private:
    enum class Expect { Value, ValueOrClose, Name, NameOrClose, Colon, CommaOrClose, Nothing };

    bool isDone()
    {
        while (m_at < m_text.size() && u" \t\r\n"_s.contains(m_text[m_at]))
            ++m_at;
        if (m_at < m_text.size())
            return false;
        if (m_expect != Expect::Nothing)
            m_end = End::Early;
        return true;
    }

    void step()
    {
        const QChar c = m_text[m_at];
        if (!m_open.empty() && c == closing() && mayClose())
            return close();
        switch (m_expect) {
        case Expect::ValueOrClose: newLine(); [[fallthrough]];
        case Expect::Value: return value(c);
        case Expect::NameOrClose: newLine(); [[fallthrough]];
        case Expect::Name: return c == u'"' ? string(Expect::Colon) : wrong();
        case Expect::Colon: return c == u':' ? separate(u": "_s, Expect::Value) : wrong();
        case Expect::CommaOrClose: return c == u',' ? comma() : wrong();
        case Expect::Nothing: return wrong();
        }
    }

    void value(QChar c)
    {
        if (c == u'{' || c == u'[')
            return open(c);
        if (c == u'"')
            return string(afterValue());
        if (c == u'-' || isDigit(c))
            return number();
        for (const QStringView word : {u"true", u"false", u"null"})
            if (c == word[0])
                return literal(word);
        wrong();
    }

    void open(QChar c)
    {
        if (qsizetype(m_open.size()) == PrettyJson::maxDepth) {
            m_end = End::TooDeep;
            return;
        }
        m_open.push_back(c);
        separate(QString(c), c == u'{' ? Expect::NameOrClose : Expect::ValueOrClose);
    }

    void close()
    {
        const QChar c = closing();
        m_open.pop_back();
        // An empty container stays on one line.
        if (m_expect == Expect::CommaOrClose)
            newLine();
        separate(QString(c), afterValue());
    }

    void comma()
    {
        separate(u","_s, m_open.back() == u'{' ? Expect::Name : Expect::Value);
        newLine();
    }

    void string(Expect next)
    {
        qsizetype at = m_at + 1;
        for (; at < m_text.size() && m_text[at] != u'"'; ++at) {
            if (m_text[at] < u' ')
                return wrongAt(at);
            if (m_text[at] == u'\\' && !isEscape(at))
                return wrongAt(at);
        }
        copyTo(at + 1, next);
    }

    /// Moves `at` to the last character of the escape sequence that begins there.
    bool isEscape(qsizetype& at)
    {
        if (at + 1 >= m_text.size())
            return ++at, true;
        const QChar kind = m_text[++at];
        if (kind != u'u')
            return u"\"\\/bfnrt"_s.contains(kind);
        for (int i = 0; i < 4; ++i)
            if (++at < m_text.size() && !isHexDigit(m_text[at]))
                return false;
        return true;
    }

    void number()
    {
        qsizetype at = m_at;
        const auto digits = [&] {
            const qsizetype start = at;
            while (at < m_text.size() && isDigit(m_text[at]))
                ++at;
            return at > start || at == m_text.size();
        };
        const auto accept = [&](QStringView any) {
            return at < m_text.size() && any.contains(m_text[at]) && ++at;
        };
        accept(u"-");
        if (!accept(u"0") && !digits())
            return wrongAt(at);
        if (accept(u".") && !digits())
            return wrongAt(at);
        if (accept(u"eE")) {
            accept(u"+-");
            if (!digits())
                return wrongAt(at);
        }
        if (at == m_text.size() && !isDigit(m_text[at - 1]))
            ++at; // Ends in the middle.
        copyTo(at, afterValue());
    }

    void literal(QStringView word)
    {
        const qsizetype available = std::min(word.size(), m_text.size() - m_at);
        if (m_text.sliced(m_at, available) != word.first(available))
            return wrong();
        copyTo(m_at + word.size(), afterValue());
    }

    /// Copies a token that ends before `to`; beyond the end of the text it is not whole.
    void copyTo(qsizetype to, Expect next)
    {
        if (to > m_text.size())
            m_end = End::Early;
        const qsizetype end = std::min(to, m_text.size());
        add(m_text.sliced(m_at, end - m_at));
        m_at = end;
        m_expect = next;
    }

    void separate(const QString& text, Expect next)
    {
        add(text);
        ++m_at;
        m_expect = next;
    }

    void newLine() { add(QString(u'\n' + QString(qsizetype(m_open.size()) * 2, u' '))); }

    void add(QStringView text)
    {
        if (m_out.size() + text.size() > PrettyJson::maxCharacters)
            m_end = End::Full;
        else if (m_end != End::Full)
            m_out += text;
    }

    Expect afterValue() const { return m_open.empty() ? Expect::Nothing : Expect::CommaOrClose; }

    bool mayClose() const
    {
        return m_expect == Expect::ValueOrClose || m_expect == Expect::NameOrClose
               || m_expect == Expect::CommaOrClose;
    }

    QChar closing() const { return m_open.back() == u'{' ? u'}' : u']'; }

    void wrong() { wrongAt(m_at); }

    void wrongAt(qsizetype at)
    {
        m_at = at;
        m_end = End::Wrong;
    }

    QStringView m_text;
    QString m_out;
    std::vector<QChar> m_open;
    Expect m_expect = Expect::Value;
    End m_end = End::Complete;
    qsizetype m_at = 0;
};

} // namespace

PrettyJson prettyJson(QStringView text)
{
    return Printer(text).print();
}

} // namespace outboard
