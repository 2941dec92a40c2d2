// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// A wallet of one key: ERC-1271.
contract Wallet {
    address private immutable owner;

    constructor(address by) {
        owner = by;
    }

    function isValidSignature(bytes32 digest, bytes calldata sig) external view returns (bytes4) {
        if (sig.length != 65) return 0xffffffff;
        return ecrecover(digest, uint8(sig[64]), bytes32(sig[:32]), bytes32(sig[32:64])) == owner ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

/// The same as the draft of ERC-1271 had it.
contract OldWallet {
    address private immutable owner;

    constructor(address by) {
        owner = by;
    }

    function isValidSignature(bytes calldata data, bytes calldata sig) external view returns (bytes4) {
        require(data.length == 32 && sig.length == 65);
        return ecrecover(bytes32(data), uint8(sig[64]), bytes32(sig[:32]), bytes32(sig[32:64])) == owner ? bytes4(0x20c13b0b) : bytes4(0);
    }
}

/// Deploys with CREATE2.
contract Factory {
    function make(address owner) external returns (address) {
        return address(new Wallet{salt: 0}(owner));
    }
}

/// A wallet that anybody can make accept everything: its owner did not sign.
contract Open {
    bool private all;

    function open() external {
        all = true;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return all ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

contract Spins {
    fallback() external {
        while (true) {}
    }
}

/// Answers with a megabyte that begins with the right word.
contract Long {
    fallback() external {
        assembly {
            mstore(0, shl(224, 0x1626ba7e))
            return(0, 1000000)
        }
    }
}

/// Answers with the right four bytes and no more.
contract Short {
    fallback() external {
        assembly {
            mstore(0, shl(224, 0x1626ba7e))
            return(0, 4)
        }
    }
}

/// Answers the right four bytes and something behind them.
contract Dirty {
    fallback() external {
        assembly {
            mstore(0, or(shl(224, 0x1626ba7e), 1))
            return(0, 32)
        }
    }
}

/// A resolver that keeps its names elsewhere (EIP-3668).
contract Elsewhere {
    error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callbackFunction, bytes extraData);

    fallback() external {
        string[] memory urls = new string[](1);
        urls[0] = "https://gateway.example/{sender}/{data}.json";
        revert OffchainLookup(address(this), urls, msg.data, 0x12345678, "");
    }
}
