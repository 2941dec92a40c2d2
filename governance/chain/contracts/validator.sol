// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// Judges a signature of an account that may not be deployed yet (ERC-6492).
/// It is never deployed: a node runs the constructor in an eth_call without a
/// receiver, and what would be its code is the answer, one byte: 1 is valid.
contract Validator {
    /// wrapped is (address factory, bytes call, bytes signature), ABI-encoded,
    /// without the 32 bytes that mark it. The factory is asked only where the
    /// account has no code: a call of the signer's choice must not change an
    /// account that exists before it is asked.
    constructor(address account, bytes32 digest, bytes memory wrapped) {
        (address factory, bytes memory deploy, bytes memory signature) = abi.decode(wrapped, (address, bytes, bytes));
        if (account.code.length == 0) {
            assembly {
                // Its success shows in the code. No answer is copied: it may be of any size.
                pop(call(gas(), factory, 0, add(deploy, 32), mload(deploy), 0, 0))
            }
        }
        bool ok = account.code.length != 0 && accepts(account, digest, signature);
        assembly {
            mstore8(0, ok)
            return(0, 1)
        }
    }

    /// ERC-1271: the answer is its selector, left-aligned in one word.
    function accepts(address account, bytes32 digest, bytes memory signature) private view returns (bool ok) {
        bytes4 magic = 0x1626ba7e;
        bytes memory question = abi.encodeWithSelector(magic, digest, signature);
        assembly {
            mstore(0, 0)
            ok := staticcall(gas(), account, add(question, 32), mload(question), 0, 32)
            ok := and(ok, and(gt(returndatasize(), 31), eq(mload(0), magic)))
        }
    }
}
