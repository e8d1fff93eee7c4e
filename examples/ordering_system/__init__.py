"""Orders, reservations and payments: a saga over three applications, with its way back.

An order is placed; stock is reserved for it; the customer's account is charged; the order is
complete. If there is not enough stock, the order is rejected. If the account cannot be charged,
what was reserved is released again (the compensation), and then the order is rejected.
"""
