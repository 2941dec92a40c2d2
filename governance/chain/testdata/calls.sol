// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// What the reader of many calls is tried on.
contract Answers {
    error Unlucky(uint256 number);

    function square(uint256 n) external pure returns (uint256) {
        return n * n;
    }

    function words(uint256 n) external pure returns (bytes memory) {
        return new bytes(n * 32);
    }

    function sender() external view returns (address) {
        return msg.sender;
    }

    function height() external view returns (uint256) {
        return block.number;
    }

    function says(string calldata text) external pure {
        revert(text);
    }

    function unlucky() external pure {
        revert Unlucky(13);
    }

    function divide(uint256 n) external pure returns (uint256) {
        return 1 / n;
    }

    function silent() external pure {
        revert();
    }
}

/// The part of Multicall3 that is called, in a form of our own.
contract Aggregate {
    struct Call {
        address target;
        bool allowFailure;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    function aggregate3(Call[] calldata calls) external payable returns (Result[] memory out) {
        out = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            (out[i].success, out[i].returnData) = calls[i].target.call(calls[i].callData);
            require(out[i].success || calls[i].allowFailure, "a call failed");
        }
    }
}
