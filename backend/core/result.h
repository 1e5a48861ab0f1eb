// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace outboard {

/// A value or an Error, in std::expected's spelling so that it can be replaced by it later.
/// Converts implicitly from either: `return row;` and `return Error{...};` both work.
template<class T>
class [[nodiscard]] Result
{
public:
    using value_type = T;

    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {}

    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {}

    bool has_value() const { return m_state.index() == 0; }

    explicit operator bool() const { return has_value(); }

    const T& value() const&
    {
        Q_ASSERT(has_value());
        return *std::get_if<0>(&m_state);
    }

    T& value() &
    {
        Q_ASSERT(has_value());
        return *std::get_if<0>(&m_state);
    }

    T&& value() && { return std::move(value()); }

    const T& operator*() const& { return value(); }

    T& operator*() & { return value(); }

    T&& operator*() && { return std::move(value()); }

    const T* operator->() const { return &value(); }

    T* operator->() { return &value(); }

    const Error& error() const
    {
        Q_ASSERT(!has_value());
        return *std::get_if<1>(&m_state);
    }

    T value_or(T fallback) const& { return has_value() ? value() : std::move(fallback); }

    friend bool operator==(const Result&, const Result&) = default;

private:
    std::variant<T, Error> m_state;
};

/// Success without a value: `return {};`.
template<>
class [[nodiscard]] Result<void>
{
public:
    using value_type = void;

    Result() = default;

    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {}

    bool has_value() const { return m_state.index() == 0; }

    explicit operator bool() const { return has_value(); }

    const Error& error() const
    {
        Q_ASSERT(!has_value());
        return *std::get_if<1>(&m_state);
    }

    friend bool operator==(const Result&, const Result&) = default;

private:
    std::variant<std::monostate, Error> m_state;
};

} // namespace outboard
