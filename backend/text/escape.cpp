// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/escape.h"

#include <QChar>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString hex(char32_t value, int digits)
{
    return QString::number(value, 16).rightJustified(digits, u'0');
}

int lengthByLeadByte(unsigned char byte)
{
    if (byte < 0x80)
        return 1;
    if (byte >= 0xc2 && byte < 0xe0)
        return 2;
    if (byte >= 0xe0 && byte < 0xf0)
        return 3;
    return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

bool isShortestForm(char32_t character, int length)
{
    constexpr char32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    return character >= lowest[length] && character <= QChar::LastValidCodePoint
           && !QChar::isSurrogate(character);
}

} // namespace

std::optional<char32_t> nextCharacter(QByteArrayView utf8, qsizetype& position)
{
    const auto lead = static_cast<unsigned char>(utf8[position]);
    const int length = lengthByLeadByte(lead);
    const qsizetype start = position++;
    if (length == 1)
        return lead;
    if (length == 0 || start + length > utf8.size())
        return std::nullopt;
    auto character = static_cast<char32_t>(lead & (0xff >> (length + 1)));
    for (qsizetype i = start + 1; i < start + length; ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if ((byte & 0xc0) != 0x80)
            return std::nullopt;
        character = (character << 6) | (byte & 0x3f);
    }
    if (!isShortestForm(character, length))
        return std::nullopt;
    position = start + length;
    return character;
}

char32_t nextCharacter(QStringView text, qsizetype& position)
{
    const QChar first = text[position++];
    if (!first.isSurrogate())
        return first.unicode();
    if (first.isLowSurrogate() || position == text.size() || !text[position].isLowSurrogate())
        return QChar::ReplacementCharacter;
    return QChar::surrogateToUcs4(first, text[position++]);
}

bool isTreacherous(char32_t character)
{
    if (character < 0x7f)
        return character < 0x20;
    const QChar::Category category = QChar::category(character);
    return category == QChar::Other_Control || category == QChar::Separator_Line
           || category == QChar::Separator_Paragraph || category == QChar::Other_Surrogate
           || category == QChar::Other_NotAssigned
           // Bidirectional controls, zero-width characters and tags.
           || category == QChar::Other_Format;
}

QString escapeOf(char32_t character)
{
    switch (character) {
    case U'\n': return u"\\n"_s;
    case U'\r': return u"\\r"_s;
    case U'\t': return u"\\t"_s;
    }
    if (character < 0x80)
        return u"\\x"_s + hex(character, 2);
    if (character < 0x10000)
        return u"\\u"_s + hex(character, 4);
    return u"\\u{"_s + hex(character, 0) + u'}';
}

QString escapeOfByte(char byte)
{
    return u"\\x"_s + hex(static_cast<unsigned char>(byte), 2);
}

} // namespace outboard
